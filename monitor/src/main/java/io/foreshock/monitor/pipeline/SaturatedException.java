// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/** Thrown when too much telemetry is in flight; the sender should try later. Answered as 429. */
public final class SaturatedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SaturatedException(long bytes) {
    super(
        "too much telemetry is in flight (" + bytes + " bytes): send again later",
        null,
        false,
        false);
  }
}
