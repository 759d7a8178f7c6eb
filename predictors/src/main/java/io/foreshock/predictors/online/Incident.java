// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One kind of trouble of one segment, from its first verdict until it is quiet. */
final class Incident {
  /** Evidence that names the first layer in alarms about another layer. */
  static final String FIRST_LAYER = "first_layer";

  Alarm newest;
  Verdict worst;
  private long openedStep;

  /** Layer that moved first; null for trouble without a layer. */
  private @Nullable String firstLayer;

  /** Number of steps seen when it last raised an alarm, and when it last had a verdict. */
  long alarmedAt;

  long seenAt;

  /** Step of its last verdict. */
  long seenStep;

  /** Whether it has been critical since it was last quiet for a while. */
  private boolean critical;

  private Incident(Alarm newest, Verdict worst) {
    this.newest = newest;
    this.worst = worst;
    openedStep = newest.openedStep();
  }

  /**
   * An incident that has not raised an alarm yet.
   *
   * @param number end of its name: the opening step, or another number that is unique in its kind
   */
  Incident(String run, int segment, long number, long step, Verdict first) {
    String name = run + "/" + segment + "/" + first.kindName() + "/" + number;
    openedStep = step;
    newest = new Alarm(run, segment, step, 0, name, step, Alarm.State.OPEN, first);
    worst = first;
    firstLayer = first.where().layer();
  }

  /** Returns the incident of which this is the newest alarm. */
  static Incident of(Alarm newest) {
    Incident incident = new Incident(newest, newest.verdict());
    Object first = newest.verdict().evidence().get(FIRST_LAYER);
    incident.seenStep = newest.step();
    incident.firstLayer = first == null ? newest.verdict().where().layer() : String.valueOf(first);
    return incident;
  }

  static Incident restored(State state) {
    Alarm newest = Alarms.exchange((Alarm) null, state);
    Incident incident = new Incident(newest, Alarms.exchange((Verdict) null, state));
    incident.exchangeRest(state);
    return incident;
  }

  /** Verdict of the newest alarm. */
  Verdict verdict() {
    return newest.verdict();
  }

  /** Raises an alarm. */
  void emit(
      Alarm.State what,
      Verdict verdict,
      long step,
      long timeNanos,
      long stepsSeen,
      Consumer<Alarm> alarms) {
    Verdict named =
        firstLayer == null || firstLayer.equals(verdict.where().layer())
            ? verdict
            : verdict.with(FIRST_LAYER, firstLayer);
    newest = alarm(what, named, step, timeNanos);
    if (named.severity().compareTo(worst.severity()) >= 0) {
      worst = named;
    }
    alarmedAt = stepsSeen;
    critical |= named.severity() == Severity.CRITICAL;
    alarms.accept(newest);
  }

  /** Notes that it has been quiet for a while, so that the next blow is told again. */
  void quiet() {
    critical = false;
  }

  /** Whether a critical verdict is the first since it was last quiet for a while. */
  boolean isNewBlow(Verdict verdict) {
    return !critical && verdict.severity() == Severity.CRITICAL;
  }

  /** Raises the closing alarm; returns true, so that it can be used as a filter. */
  boolean close(long step, long timeNanos, Consumer<Alarm> alarms) {
    emit(Alarm.State.CLOSED, worst, step, timeNanos, seenAt, alarms);
    return true;
  }

  /** Raises the closing alarm, which also says why the incident closes. */
  void close(String sentence, long step, long timeNanos, Consumer<Alarm> alarms) {
    emit(Alarm.State.CLOSED, worst.saying(sentence), step, timeNanos, seenAt, alarms);
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

  /** Saves or restores everything. */
  void exchange(State state) {
    newest = Alarms.exchange(newest, state);
    worst = Alarms.exchange(worst, state);
    exchangeRest(state);
  }

  private void exchangeRest(State state) {
    firstLayer = state.text(firstLayer);
    alarmedAt = state.integer(alarmedAt);
    seenAt = state.integer(seenAt);
    seenStep = state.integer(seenStep);
    critical = state.flag(critical);
    openedStep = state.integer(openedStep);
    newest = alarm(newest.state(), newest.verdict(), newest.step(), newest.timeNanos());
  }
}
