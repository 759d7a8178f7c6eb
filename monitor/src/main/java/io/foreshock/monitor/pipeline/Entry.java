// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandStatus;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.scaling.Preflight;
import java.util.BitSet;

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

  /**
   * Which lines of a write were refused for want of room: series, runs, or long names. It is the
   * next entry after that write; a write that is followed by anything else was taken whole.
   *
   * @param write sequence of the write
   * @param lines a {@link BitSet} of their indices within it
   */
  record Refused(long write, byte[] lines) implements Entry {
    Refused(long write, BitSet lines) {
      this(write, lines.toByteArray());
    }
  }

  /** Anything about one run's control. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Issued.class, name = "issued"),
    @JsonSubTypes.Type(value = Judged.class, name = "judged"),
    @JsonSubTypes.Type(value = Acknowledged.class, name = "acknowledged"),
    @JsonSubTypes.Type(value = Notified.class, name = "notified"),
    @JsonSubTypes.Type(value = Ticked.class, name = "ticked"),
    @JsonSubTypes.Type(value = Polled.class, name = "polled"),
    @JsonSubTypes.Type(value = Unanswered.class, name = "unanswered"),
    @JsonSubTypes.Type(value = Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = Expected.class, name = "expected"),
    @JsonSubTypes.Type(value = Retired.class, name = "retired"),
    @JsonSubTypes.Type(value = Raised.class, name = "raised")
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
   * A training run asked for commands above an id that was given elsewhere, up to {@code taken}.
   */
  record Polled(String run, long taken) implements Control {}

  /** The training run did not fetch a command in time. */
  record Unanswered(
      String run,
      long id,
      Severity severity,
      double waitedSeconds,
      double patienceSeconds,
      long nowNanos)
      implements Control {}

  /** No command waits too long any more. */
  record Answered(String run, long nowNanos) implements Control {}

  /**
   * An alarm was raised. Changes nothing: replaying the entries before it raises it too, unless a
   * snapshot stands for them; and a store that missed it reads it back from here.
   */
  record Raised(String run, RaisedAlarm alarm) implements Control {}

  /** The runs there have been were asked about one that announced itself. */
  record Expected(String run, Preflight preflight) implements Control {}

  /** A run that was silent for long is forgotten; what is stored of it stays stored. */
  record Retired(String run) implements Control {}
}
