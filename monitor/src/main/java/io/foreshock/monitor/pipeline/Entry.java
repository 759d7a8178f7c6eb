// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandStatus;
import io.foreshock.predictors.scaling.Preflight;

/**
 * Everything that changes what the monitor knows. The journal holds exactly these, in order; the
 * same entries replayed give the same state.
 */
public sealed interface Entry {

  /**
   * Telemetry as it was sent.
   *
   * @param text line protocol, UTF-8
   * @param receivedNanos time of lines that carry none
   */
  record Lines(byte[] text, Precision precision, long receivedNanos) implements Entry {}

  /** Anything about one run's control. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Issued.class, name = "issued"),
    @JsonSubTypes.Type(value = Judged.class, name = "judged"),
    @JsonSubTypes.Type(value = Acknowledged.class, name = "acknowledged"),
    @JsonSubTypes.Type(value = Notified.class, name = "notified"),
    @JsonSubTypes.Type(value = Ticked.class, name = "ticked"),
    @JsonSubTypes.Type(value = Expected.class, name = "expected"),
    @JsonSubTypes.Type(value = Retired.class, name = "retired"),
    @JsonSubTypes.Type(value = Raised.class, name = "raised"),
    @JsonSubTypes.Type(value = Refused.class, name = "refused")
  })
  sealed interface Control extends Entry {
    /** The run it is about. */
    String run();
  }

  /** An entry about one command. */
  sealed interface OfCommand extends Control {
    /** The command's id. */
    long id();
  }

  /** A command was given, by a person or by the policy. */
  record Issued(String run, Command command) implements OfCommand {
    @Override
    public long id() {
      return command.id();
    }
  }

  /** A person approved or rejected a command. */
  record Judged(String run, long id, CommandStatus status, String detail) implements OfCommand {}

  /** The training run said what became of a command. */
  record Acknowledged(String run, long id, CommandStatus status, Long step, String detail)
      implements OfCommand {}

  /** A notifier delivered a message. */
  record Notified(String run, String notice) implements Control {}

  /** Time passed without lines, and that had an effect. */
  record Ticked(String run, long nowNanos) implements Control {}

  /**
   * An alarm was raised. Changes nothing: replaying the entries before it raises it too, unless a
   * snapshot stands for them; and a store that missed it reads it back from here.
   */
  record Raised(String run, ObjectNode alarm) implements Control {}

  /** The runs there have been were asked about one that announced itself. */
  record Expected(String run, Preflight preflight) implements Control {}

  /** A run that was silent for long is forgotten; what is stored of it stays stored. */
  record Retired(String run) implements Control {}

  /**
   * Lines of the entry before this one were refused because there was no room, and so a replay
   * refuses them too, whatever room there is then.
   *
   * @param run empty: they may be of many
   * @param lines bit i is set for the i-th well-formed line, counted from 0
   */
  record Refused(String run, byte[] lines) implements Control {}
}
