// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.function.Consumer;

/** One cause of trouble from its first verdict until it has been calm. */
final class Incident {
  Alarm newest;
  Verdict worst;

  /** Steps seen when it was last told of, and when it last had a verdict. */
  long toldAt;

  long seenAt;

  private Incident() {}

  Incident(String run, int segment, long step, Verdict first) {
    String name = run + "/" + segment + "/" + first.kind().wireName() + "/" + step;
    newest = new Alarm(run, segment, step, 0, name, Alarm.State.OPEN, first);
    worst = first;
  }

  static Incident restored(State state) {
    Incident incident = new Incident();
    incident.exchange(state);
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
    newest =
        new Alarm(
            newest.run(), newest.segment(), step, timeNanos, newest.incident(), what, verdict);
    if (verdict.severity().compareTo(worst.severity()) >= 0) {
      worst = verdict;
    }
    toldAt = stepsSeen;
    alarms.accept(newest);
  }

  /** Tells that it is over; always true. */
  boolean close(long step, long timeNanos, Consumer<Alarm> alarms) {
    tell(Alarm.State.CLOSED, worst, step, timeNanos, seenAt, alarms);
    return true;
  }

  void exchange(State state) {
    newest = Alarms.exchange(newest, state);
    worst = Alarms.exchange(worst, state);
    toldAt = state.integer(toldAt);
    seenAt = state.integer(seenAt);
  }
}
