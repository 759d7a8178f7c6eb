// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.MalformedLineException;

/** Thrown for a well-formed line that would exceed a limit. */
final class RefusedLineException extends MalformedLineException {
  private static final long serialVersionUID = 1L;

  RefusedLineException(String message) {
    super(message);
  }
}
