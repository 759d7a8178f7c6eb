// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/** A telemetry line that cannot be understood. Cheap to throw: it carries no stack trace. */
public class MalformedLineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason what is wrong, so that the sender can correct it
   */
  public MalformedLineException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** What is wrong with the line; the same as {@link #getMessage()}, but never null. */
  public String reason() {
    return reason;
  }
}
