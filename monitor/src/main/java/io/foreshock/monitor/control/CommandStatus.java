// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a command. */
public enum CommandStatus {
  /** Waits for a person. */
  PENDING_APPROVAL(false),
  /** Waits for the training run to fetch it. */
  PENDING(false),
  /** The training run has it and works on it. */
  ACCEPTED(false),
  DONE(true),
  /** The training run will not do it. */
  REFUSED(true),
  /** The training run could not do it. */
  FAILED(true),
  /** A person rejected it. */
  REJECTED(true),
  /** A later decision replaced it before anyone acted on it. */
  SUPERSEDED(true);

  private final boolean over;

  CommandStatus(boolean over) {
    this.over = over;
  }

  /** Whether this status is final. */
  public boolean over() {
    return over;
  }

  /** Whether the training run receives it when it asks. */
  public boolean deliverable() {
    return this == PENDING || this == ACCEPTED;
  }

  /** Name in JSON. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
