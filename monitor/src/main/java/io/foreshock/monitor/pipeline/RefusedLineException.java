// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.MalformedLineException;

/** A line that is well-formed and for which there is no room: a limit would be passed. */
final class RefusedLineException extends MalformedLineException {
  private static final long serialVersionUID = 1L;

  RefusedLineException(String message) {
    super(message);
  }
}
