// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.alert.Outbox;
import io.foreshock.monitor.control.AnswerWatch;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandLedger;
import io.foreshock.monitor.control.CommandStatus;
import io.foreshock.monitor.control.RunFacts;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Verdict;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one run in memory: watch, commands, messages to send, counts.
 *
 * <p><b>Threads.</b> Owned by the pipeline's thread; only {@link #view} may be read from others.
 */
final class Run implements KnownRun {
  final String name;
  final RunWatch watch;
  final CommandLedger commands;
  final AnswerWatch answers = new AnswerWatch();
  final Outbox outbox = new Outbox();
  final SeriesSet series = new SeriesSet();
  final RunIncidents incidents = new RunIncidents();

  /**
   * Time of its newest line on the monitor's own clock, in nanoseconds: the time that the monitor
   * was running in all. Setting the machine's clock does not change it.
   */
  long heardNanos;

  /** {@link System#nanoTime} of the entry applied last. */
  long touchedAt = System.nanoTime();

  /** Batch index minus step, as last reported. */
  long batchOffset;

  /** The configuration of its newest preflight; null before the first. Not saved. */
  @Nullable RunConfig judged;

  /** What people say of it. */
  Remarks remarks = Remarks.NONE;

  /** Newest journal entry that a snapshot on disk covers. */
  long coveredSequence;

  /** Newest journal entry applied. */
  long appliedSequence;

  /** Whether the snapshot that it was loaded from is lost, or its detectors' state in it. */
  boolean snapshotLost;

  /** Heap that it uses, estimated from its newest snapshot. */
  long measuredBytes;

  /** Size of the newest snapshot's head. */
  int headBytes;

  private long receivedAt = System.nanoTime();
  private Course course = new Course();
  private volatile RunView view;

  /** The completed {@code pause} or {@code stop} after which nobody resumed it; null when none. */
  private @Nullable Command halt;

  Run(String name, RunWatch watch) {
    this.name = name;
    this.watch = watch;
    this.commands = new CommandLedger(name);
    publishView();
  }

  /** Passes a line of a step or layer to the watch; the point is the whole line. */
  RunWatch.Use accept(Sample sample, Point point, Consumer<Alarm> alarms) {
    RunWatch.Use use = watch.accept(sample, point, alarms);
    if (use == RunWatch.Use.FED && sample.has(Signal.BATCH)) {
      batchOffset = (long) sample.get(Signal.BATCH) - watch.lastStep();
    }
    if (use == RunWatch.Use.FED && sample.layer() == null) {
      course.line(sample, point);
    }
    return use;
  }

  /** Passes any other line to the watch. */
  RunWatch.Use accept(Point point, Consumer<Alarm> alarms) throws MalformedLineException {
    return watch.accept(point, alarms);
  }

  /**
   * Notes that the sender's newest line arrived, or that its silence until now is expected.
   *
   * @param now {@link System#nanoTime}
   */
  void received(long now) {
    receivedAt += Math.max(0, now - receivedAt); // a clock tick may have waited behind a line
  }

  /**
   * The sender's clock now: the time of its newest sign of life plus the time since it arrived. So
   * neither a wrong clock nor telemetry from last week makes a run look silent.
   *
   * @param now {@link System#nanoTime}
   */
  long senderTime(long now) {
    return watch.lastSignNanos() + (now - receivedAt);
  }

  /**
   * Finds commands that the training run does not fetch. One that has ended is not expected to.
   *
   * @param now {@link System#nanoTime}
   */
  Optional<AnswerWatch.News> lateCommands(long now, int patienceSeconds) {
    Alarm open =
        watch.openIncidents().stream()
            .filter(alarm -> alarm.verdict().kind() == AlarmKind.COMMAND_UNANSWERED)
            .findFirst()
            .orElse(null);
    boolean expected = patienceSeconds > 0 && !view.state().ended();
    List<Command> pending = expected ? commands.pending() : List.of();
    return answers.look(pending, open, incidents.worst, now, patienceSeconds);
  }

  /** Raises the alarm about a command that the training run does not fetch. */
  void unanswered(Entry.Unanswered late, Consumer<Alarm> alarms) {
    Verdict verdict =
        AnswerWatch.verdict(
            commands.get(late.id()), late.severity(), late.waitedSeconds(), late.patienceSeconds());
    watch.raise(verdict, late.id(), late.nowNanos(), alarms);
  }

  RunFacts facts() {
    return new RunFacts(
        name,
        watch.liveSegment(),
        watch.lastStep(),
        batchOffset,
        watch.openIncidents(),
        commands.all(),
        incidents::evidence);
  }

  /** Whether it carried out {@code pause} or {@code stop} and nobody resumed it. */
  boolean halted() {
    return halt != null;
  }

  @Override
  public long heardNanos() {
    return heardNanos;
  }

  @Override
  public long appliedSequence() {
    return appliedSequence;
  }

  @Override
  public long coveredSequence() {
    return coveredSequence;
  }

  @Override
  public @Nullable RunSummary summary() {
    return watch.summary().orElse(null);
  }

  /** Whether it is paused, or has an open command or an undelivered message. */
  @Override
  public boolean awaited() {
    return view.state() == RunState.PAUSED || commands.anyOpen() || !outbox.waiting().isEmpty();
  }

  /** Estimated heap that it uses or will use. */
  long cost() {
    return Math.max(RunCost.grown(series.size()), measuredBytes);
  }

  /** Whether nobody waits for it and no clock tick can raise an alarm about it. */
  boolean restful() {
    return !commands.anyOpen() && outbox.waiting().isEmpty() && (halted() || !watch.awaitsTime());
  }

  /** Whether its snapshot holds its whole state. */
  boolean isSaved() {
    return appliedSequence == coveredSequence && !snapshotLost;
  }

  /** Whether it may leave memory. */
  boolean parkable() {
    return isSaved() && restful();
  }

  /**
   * Whether a line shows that a halted run trains again. Its step is above the step at which the
   * run acknowledged the halt, or it opened a segment, as a start from a checkpoint does. Lines
   * that were in flight at the acknowledgement do neither.
   */
  boolean trainsAgain(Sample fed, boolean newSegment) {
    if (halt == null) {
      return false;
    }
    Long haltedAt = halt.doneStep();
    return newSegment || haltedAt != null && fed.step() > haltedAt;
  }

  /** The {@code resume} to enter for a run that {@link #trainsAgain}. */
  Command resumption(long timeNanos) {
    if (halt == null) {
      throw new IllegalStateException("run " + name + " is not halted");
    }
    return commands.resumption(halt, timeNanos, watch.liveSegment(), watch.lastStep());
  }

  /** Continues with what an earlier view has of the run's steps and open incidents. */
  void continueFrom(Course seen, Map<String, RunView.Opening> openings) {
    course = seen.copy();
    incidents.continueFrom(openings);
  }

  /** The published view; up to date after {@link #publishView}. */
  @Override
  public RunView view() {
    return view;
  }

  void publishView() {
    List<Alarm> open = watch.openIncidents();
    halt = newestHalt();
    view =
        new RunView(
            name,
            state(open),
            new RunView.Newest(
                watch.liveSegment(), watch.lastStep(), watch.lastTimeNanos(), watch.lastLoss()),
            course.copy(),
            watch.config(),
            new RunView.Alarms(incidents.counts(), open, incidents.openings(open)),
            new RunView.Outlook(watch.forecast(), watch.preflight().orElse(null)),
            watch.segments(),
            commands.all(),
            new RunView.Reading(watch.judgings(), watch.understanding().report()),
            remarks);
  }

  private RunState state(List<Alarm> open) {
    @Nullable Command halted = halt;
    double totalSteps = watch.config().number(ConfigField.TOTAL_STEPS).orElse(Double.NaN);
    if (halted != null && halted.name() == CommandName.STOP) {
      return RunState.STOPPED;
    }
    RunEvent.Status ended = watch.life().ended();
    if (ended != null) {
      return RunState.of(ended);
    }
    if (watch.lastStep() + 1 >= totalSteps) { // some senders count steps from 0
      return RunState.FINISHED;
    }
    if (halted != null) {
      return RunState.PAUSED;
    }
    if (open.stream().anyMatch(alarm -> alarm.verdict().kind() == AlarmKind.STALLED)) {
      return RunState.STALLED;
    }
    return open.stream().anyMatch(alarm -> alarm.verdict().severity() == Severity.CRITICAL)
        ? RunState.ALARMING
        : RunState.RUNNING;
  }

  private @Nullable Command newestHalt() {
    Command newest = null;
    for (Command command : commands.all()) {
      if (command.status() == CommandStatus.DONE) {
        newest =
            switch (command.name()) {
              case PAUSE, STOP -> command;
              case RESUME -> null;
              default -> newest;
            };
      }
    }
    return newest;
  }
}
