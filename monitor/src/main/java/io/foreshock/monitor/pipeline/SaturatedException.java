// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/** Too much is under way: the sender is to come back later. Answered as 429. */
public final class SaturatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SaturatedException(long bytes) {
    super(
        "too much telemetry is under way (" + bytes + " bytes): send again later",
        null,
        false,
        false);
  }
}
