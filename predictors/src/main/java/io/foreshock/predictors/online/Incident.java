// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.function.Consumer;

/** One cause of trouble from its first verdict until it has been calm. */
final class Incident {
  /** Evidence of alarms that another layer's verdict brings. */
  static final String FIRST_LAYER = "first_layer";

  Alarm newest;
  Verdict worst;
  private long openedStep;

  /** Layer that moved first; null when the trouble is not a layer's. */
  private String firstLayer;

  /** Steps seen when it was last told of, and when it last had a verdict. */
  long toldAt;

  long seenAt;

  private Incident() {}

  /**
   * An incident that is not told yet.
   *
   * @param number ends its name: the opening step, or what else tells it from others of its kind
   */
  Incident(String run, int segment, long number, long step, Verdict first) {
    String name = run + "/" + segment + "/" + first.kind().wireName() + "/" + number;
    openedStep = step;
    newest = new Alarm(run, segment, step, 0, name, step, Alarm.State.OPEN, first);
    worst = first;
    firstLayer = first.where().layer();
  }

  /** The incident of which this is the newest alarm. */
  static Incident of(Alarm newest) {
    Incident incident = new Incident();
    incident.newest = newest;
    incident.openedStep = newest.openedStep();
    incident.worst = newest.verdict();
    Object first = newest.verdict().evidence().get(FIRST_LAYER);
    incident.firstLayer = first == null ? newest.verdict().where().layer() : String.valueOf(first);
    return incident;
  }

  static Incident restored(State state, boolean savesOpening) {
    Incident incident = new Incident();
    incident.exchange(state, savesOpening);
    return incident;
  }

  /** What was told last. */
  Verdict verdict() {
    return newest.verdict();
  }

  void tell(
      Alarm.State what,
      Verdict verdict,
      long step,
      long timeNanos,
      long stepsSeen,
      Consumer<Alarm> alarms) {
    boolean elsewhere = firstLayer != null && !firstLayer.equals(verdict.where().layer());
    Verdict told = elsewhere ? verdict.with(FIRST_LAYER, firstLayer) : verdict;
    newest = alarm(what, told, step, timeNanos);
    if (told.severity().compareTo(worst.severity()) >= 0) {
      worst = told;
    }
    toldAt = stepsSeen;
    alarms.accept(newest);
  }

  /** Tells that it is over; always true. */
  boolean close(long step, long timeNanos, Consumer<Alarm> alarms) {
    tell(Alarm.State.CLOSED, worst, step, timeNanos, seenAt, alarms);
    return true;
  }

  private Alarm alarm(Alarm.State what, Verdict verdict, long step, long timeNanos) {
    return new Alarm(
        newest.run(),
        newest.segment(),
        step,
        timeNanos,
        newest.incident(),
        openedStep,
        what,
        verdict);
  }

  /**
   * Saves or restores everything.
   *
   * @param savesOpening whether the state holds the opening step; one of an earlier version only
   *     has the incident's name
   */
  void exchange(State state, boolean savesOpening) {
    newest = Alarms.exchange(newest, state);
    worst = Alarms.exchange(worst, state);
    firstLayer = state.text(firstLayer);
    toldAt = state.integer(toldAt);
    seenAt = state.integer(seenAt);
    openedStep =
        savesOpening
            ? state.integer(openedStep)
            : Alarm.openedStep(newest.incident(), newest.step());
    newest = alarm(newest.state(), newest.verdict(), newest.step(), newest.timeNanos());
  }
}
