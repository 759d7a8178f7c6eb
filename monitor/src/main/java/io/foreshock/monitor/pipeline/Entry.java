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
import org.jspecify.annotations.Nullable;

/**
 * A change of the monitor's state. The journal holds all entries in order; the same entries
 * replayed give the same state.
 */
public sealed interface Entry {

  /**
   * Telemetry as a sender sent it.
   *
   * @param text line protocol, UTF-8
   * @param receivedNanos time of lines that carry none
   */
  record Lines(byte[] text, Precision precision, long receivedNanos) implements Entry {}

  /**
   * The lines of a write that were refused because of a limit on series, runs or names. It is the
   * next entry after that write. A write without it was accepted whole.
   *
   * @param write sequence of the write
   * @param lines a {@link BitSet} of their indices within it
   */
  record Refused(long write, byte[] lines) implements Entry {
    Refused(long write, BitSet lines) {
      this(write, lines.toByteArray());
    }
  }

  /** An entry about the control of one run. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Issued.class, name = "issued"),
    @JsonSubTypes.Type(value = Judged.class, name = "judged"),
    @JsonSubTypes.Type(value = Acknowledged.class, name = "acknowledged"),
    @JsonSubTypes.Type(value = Notified.class, name = "notified"),
    @JsonSubTypes.Type(value = Ticked.class, name = "ticked"),
    @JsonSubTypes.Type(value = RulesChanged.class, name = "rules_changed"),
    @JsonSubTypes.Type(value = Polled.class, name = "polled"),
    @JsonSubTypes.Type(value = Unanswered.class, name = "unanswered"),
    @JsonSubTypes.Type(value = Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = Expected.class, name = "expected"),
    @JsonSubTypes.Type(value = Retired.class, name = "retired"),
    @JsonSubTypes.Type(value = Deleted.class, name = "deleted"),
    @JsonSubTypes.Type(value = Described.class, name = "described"),
    @JsonSubTypes.Type(value = IncidentAcknowledged.class, name = "incident_acknowledged"),
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
  record Judged(String run, long id, CommandStatus status, @Nullable String detail)
      implements OfCommand {}

  /** The training run acknowledged a command. */
  record Acknowledged(
      String run, long id, CommandStatus status, @Nullable Long step, @Nullable String detail)
      implements OfCommand {}

  /** A notifier delivered a message. */
  record Notified(String run, String notice) implements Control {}

  /** A clock tick that had an effect, because no lines came. */
  record Ticked(String run, long nowNanos) implements Control {}

  /** The user's rules changed in a way that closed an incident of the run. */
  record RulesChanged(String run, long nowNanos) implements Control {}

  /**
   * A training run asked for commands above an id of another monitor; ids up to {@code taken} are
   * in use.
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
   * An alarm was raised. It changes no run, because replaying the entries before it raises the
   * alarm too, unless a snapshot covers them. A store that missed the alarm reads it here.
   */
  record Raised(String run, RaisedAlarm alarm) implements Control {}

  /** A preflight of a run that announced its configuration, from the other runs. */
  record Expected(String run, Preflight preflight) implements Control {}

  /** A run leaves the monitor; a later line of its name begins a new run. */
  sealed interface Departed extends Control {}

  /** A run that was silent for long is forgotten; its stored telemetry stays. */
  record Retired(String run) implements Departed {}

  /** A person deleted a run; the stores delete everything of it that was entered before this. */
  record Deleted(String run) implements Departed {}

  /** A person said something of a run. */
  sealed interface Remark extends Control {}

  /**
   * A person described a run.
   *
   * @param nowNanos the run's time, at which incidents of rules that are no longer for it are
   *     closed
   */
  record Described(String run, Remarks.Description description, long nowNanos) implements Remark {}

  /** A person acknowledged an incident. */
  record IncidentAcknowledged(String run, Acknowledgement acknowledgement) implements Remark {}
}
