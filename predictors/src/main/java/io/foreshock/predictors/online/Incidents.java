// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Turns verdicts, of which trouble yields one a sample, into alarms, of which a cause yields a few.
 *
 * <p><b>Rules.</b> One incident a kind at a time, whichever layers join in. It opens with the first
 * verdict, whose layer moved first; what later verdicts of other layers tell keeps its name in the
 * evidence. It is updated when the severity rises, or, at most every {@value #UPDATE_EVERY} steps,
 * when the ETA has halved, or is known for the first time, or the value doubled since it was told.
 * It closes after {@value #CALM} further steps seen without a verdict, or with its segment. Its
 * name is {@code run/segment/kind/openingstep}: the same after a replay.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a verdict, O(open incidents) a step.
 */
final class Incidents {
  /** Steps seen, not step numbers: sparse logs need as many looks. */
  private static final int CALM = 32;

  private static final int UPDATE_EVERY = 10;
  private static final double HALVED = 0.5;
  private static final double DOUBLED = 2;

  /** Kinds that stay open until they are closed by name, however many calm steps pass. */
  private static final Set<AlarmKind> LASTING =
      EnumSet.of(AlarmKind.STALLED, AlarmKind.COMMAND_UNANSWERED);

  private final String run;
  private final Map<AlarmKind, Incident> open = new EnumMap<>(AlarmKind.class);
  private long stepsSeen;

  Incidents(String run) {
    this.run = run;
  }

  /** Takes one verdict. */
  void take(Verdict verdict, int segment, long step, long timeNanos, Consumer<Alarm> alarms) {
    Incident incident = open.get(verdict.kind());
    if (incident == null) {
      incident = new Incident(run, segment, step, step, verdict);
      open.put(verdict.kind(), incident);
      incident.tell(Alarm.State.OPEN, verdict, step, timeNanos, stepsSeen, alarms);
    } else if (worthTelling(incident, verdict)) {
      incident.tell(Alarm.State.UPDATE, verdict, step, timeNanos, stepsSeen, alarms);
    }
    incident.seenAt = stepsSeen;
  }

  /**
   * Takes one verdict that is worth telling whatever was told before.
   *
   * @param number ends the incident's name when this opens it
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
    incident.tell(state, verdict, step, timeNanos, stepsSeen, alarms);
    incident.seenAt = stepsSeen;
  }

  /** Lets a new step begin: closes what has been calm for long enough. */
  void nextStep(long step, long timeNanos, Consumer<Alarm> alarms) {
    stepsSeen++;
    if (!open.isEmpty()) {
      open.values()
          .removeIf(
              incident ->
                  !LASTING.contains(incident.verdict().kind())
                      && stepsSeen - incident.seenAt > CALM
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

  /** Closes everything that is about the segment, which has died. */
  void closeAll(long step, long timeNanos, Consumer<Alarm> alarms) {
    open.values()
        .removeIf(
            incident ->
                incident.verdict().kind() != AlarmKind.COMMAND_UNANSWERED
                    && incident.close(step, timeNanos, alarms));
  }

  /** The newest alarm of each open incident. */
  List<Alarm> newest() {
    return open.values().stream().map(incident -> incident.newest).toList();
  }

  /** Goes on with incidents that are known from their newest alarms. */
  void resume(List<Alarm> newest) {
    newest.forEach(alarm -> open.put(alarm.verdict().kind(), Incident.of(alarm)));
  }

  /**
   * Saves or restores everything.
   *
   * @param savesOpening whether the state holds the incidents' opening steps
   */
  void exchange(State state, boolean savesOpening) {
    stepsSeen = state.integer(stepsSeen);
    int count = (int) state.integer(open.size());
    if (state.restoring()) {
      open.clear();
      for (int i = 0; i < count; i++) {
        Incident incident = Incident.restored(state, savesOpening);
        open.put(incident.verdict().kind(), incident);
      }
    } else {
      open.values().forEach(incident -> incident.exchange(state, savesOpening));
    }
  }

  private boolean worthTelling(Incident incident, Verdict verdict) {
    if (verdict.severity().compareTo(incident.worst.severity()) > 0) {
      return true;
    }
    Verdict told = incident.verdict();
    return stepsSeen - incident.toldAt >= UPDATE_EVERY
        && verdict.severity() == incident.worst.severity()
        && (isNearer(verdict.eta().steps(), told.eta().steps())
            || Math.abs(verdict.measured().value()) > DOUBLED * Math.abs(told.measured().value()));
  }

  /** Whether an ETA has halved, or is known for the first time. */
  private static boolean isNearer(double eta, double told) {
    return eta < HALVED * told || Double.isNaN(told) && !Double.isNaN(eta);
  }
}
