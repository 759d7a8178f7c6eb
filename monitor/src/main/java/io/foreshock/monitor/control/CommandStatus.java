// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a command has come. */
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
  /** A person said no. */
  REJECTED(true),
  /** A later decision took its place before anyone acted on it. */
  SUPERSEDED(true);

  private final boolean over;

  CommandStatus(boolean over) {
    this.over = over;
  }

  /** Whether nothing more will come of it. */
  public boolean over() {
    return over;
  }

  /** Whether the training run is given it when it asks. */
  public boolean deliverable() {
    return this == PENDING || this == ACCEPTED;
  }

  /** Name in JSON. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
