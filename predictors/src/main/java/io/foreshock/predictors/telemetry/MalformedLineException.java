// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/** A telemetry line that cannot be understood. Cheap to throw: it carries no stack trace. */
public class MalformedLineException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, for the sender to mend
   */
  public MalformedLineException(String message) {
    super(message, null, false, false);
  }
}
