// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns verdicts, one per sample while trouble lasts, into a few alarms per incident.
 *
 * <p><b>Rules.</b> There is one incident of each kind at a time, for all layers. It opens with the
 * first verdict, whose layer moved first; alarms about other layers name that layer in their
 * evidence. An update is raised when the severity rises, and when it is critical again after
 * {@value #QUIET} steps without a verdict: a new blow. At most every {@value #UPDATE_EVERY} steps,
 * one is also raised when, since the last alarm, the ETA has halved or become known, or the value
 * has doubled. It closes after {@value #CALM} further steps seen without a verdict, or with its
 * segment. Its name is {@code run/segment/kind/openingstep}: the same after a replay.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a verdict, O(open incidents) a step.
 */
final class Incidents {
  private static final int CALM = 32;

  private static final int CALM_SPARSE = 8;
  private static final int CALM_STEPS = 160;

  private static final int QUIET = 4;
  private static final int UPDATE_EVERY = 10;
  private static final double HALVED = 0.5;
  private static final double DOUBLED = 2;

  /** Kinds that stay open until they are closed by name, however many quiet steps pass. */
  private static final Set<AlarmKind> LASTING =
      EnumSet.of(AlarmKind.STALLED, AlarmKind.COMMAND_UNANSWERED);

  private final String run;
  private final Map<AlarmKind, Incident> open = new EnumMap<>(AlarmKind.class);
  private long stepsSeen;

  Incidents(String run) {
    this.run = run;
  }

  /** Adds one verdict, and raises an alarm if it opens or worsens an incident. */
  void add(Verdict verdict, int segment, long step, long timeNanos, Consumer<Alarm> alarms) {
    Incident incident = open.get(verdict.kind());
    if (incident != null && stepsSeen - incident.seenAt > QUIET) {
      incident.quiet();
    }
    if (incident == null) {
      incident = new Incident(run, segment, step, step, verdict);
      open.put(verdict.kind(), incident);
      incident.emit(Alarm.State.OPEN, verdict, step, timeNanos, stepsSeen, alarms);
    } else if (worthAnUpdate(incident, verdict)) {
      incident.emit(Alarm.State.UPDATE, verdict, step, timeNanos, stepsSeen, alarms);
    }
    incident.seenAt = stepsSeen;
    incident.seenStep = step;
  }

  /**
   * Raises an alarm for one verdict, whatever alarms there were before.
   *
   * @param number end of the incident's name, if this verdict opens it
   */
  void raise(
      Verdict verdict,
      long number,
      int segment,
      long step,
      long timeNanos,
      Consumer<Alarm> alarms) {
    Alarm.State state = open.containsKey(verdict.kind()) ? Alarm.State.UPDATE : Alarm.State.OPEN;
    Incident incident =
        open.computeIfAbsent(
            verdict.kind(), kind -> new Incident(run, segment, number, step, verdict));
    incident.emit(state, verdict, step, timeNanos, stepsSeen, alarms);
    incident.seenAt = stepsSeen;
    incident.seenStep = step;
  }

  /** Begins a new step and closes the incidents that have been quiet for long enough. */
  void nextStep(long step, long timeNanos, Consumer<Alarm> alarms) {
    stepsSeen++;
    if (!open.isEmpty()) {
      open.values()
          .removeIf(
              incident ->
                  !LASTING.contains(incident.verdict().kind())
                      && isCalm(stepsSeen - incident.seenAt, step - incident.seenStep)
                      && incident.close(step, timeNanos, alarms));
    }
  }

  /** Closes the incident of that kind, if it is open. */
  void close(AlarmKind kind, long step, long timeNanos, Consumer<Alarm> alarms) {
    Incident incident = open.remove(kind);
    if (incident != null) {
      incident.close(step, timeNanos, alarms);
    }
  }

  /** Closes all incidents of a segment that has ended; unanswered commands stay open. */
  void closeAll(long step, long timeNanos, Consumer<Alarm> alarms) {
    open.values()
        .removeIf(
            incident ->
                incident.verdict().kind() != AlarmKind.COMMAND_UNANSWERED
                    && incident.close(step, timeNanos, alarms));
  }

  /** Closes all incidents of a run that has ended; each says so. */
  void end(String sentence, long step, long timeNanos, Consumer<Alarm> alarms) {
    open.values().forEach(incident -> incident.close(sentence, step, timeNanos, alarms));
    open.clear();
  }

  /** The worst severity of the open incident of a kind; null when none is open. */
  @Nullable Severity worst(AlarmKind kind) {
    Incident incident = open.get(kind);
    return incident == null ? null : incident.worst.severity();
  }

  /** The newest alarm of each open incident. */
  List<Alarm> newest() {
    return open.values().stream().map(incident -> incident.newest).toList();
  }

  /** Opens the incidents that have these newest alarms. */
  void resume(List<Alarm> newest) {
    newest.forEach(alarm -> open.put(alarm.verdict().kind(), Incident.of(alarm)));
  }

  /** Saves or restores everything. */
  void exchange(State state) {
    stepsSeen = state.integer(stepsSeen);
    int count = (int) state.integer(open.size());
    if (state.restoring()) {
      open.clear();
      for (int i = 0; i < count; i++) {
        Incident incident = Incident.restored(state);
        open.put(incident.verdict().kind(), incident);
      }
    } else {
      open.values().forEach(incident -> incident.exchange(state));
    }
  }

  private static boolean isCalm(long seen, long steps) {
    return seen > CALM || seen > CALM_SPARSE && steps > CALM_STEPS;
  }

  private boolean worthAnUpdate(Incident incident, Verdict verdict) {
    if (verdict.severity().compareTo(incident.worst.severity()) > 0
        || incident.isNewBlow(verdict)) {
      return true;
    }
    Verdict last = incident.verdict();
    return stepsSeen - incident.alarmedAt >= UPDATE_EVERY
        && verdict.severity() == incident.worst.severity()
        && (isNearer(verdict.eta().steps(), last.eta().steps())
            || Math.abs(verdict.measured().value()) > DOUBLED * Math.abs(last.measured().value()));
  }

  /** Whether an ETA has halved or become known. */
  private static boolean isNearer(double eta, double before) {
    return eta < HALVED * before || Double.isNaN(before) && !Double.isNaN(eta);
  }
}
