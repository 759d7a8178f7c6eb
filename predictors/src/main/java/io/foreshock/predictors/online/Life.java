// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.RunEvent.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What a run said about its own life: that it begins, what it does, and that it ended.
 *
 * <p><b>Rules.</b> {@code start} and {@code resume} begin the phase {@code initializing}. A phase
 * lasts until the next one, or until a step with a newer time, which shows that the run trains. An
 * {@code end} lasts until a step with a newer time, a {@code start} or a {@code resume}.
 *
 * <p><b>Edges.</b> An event that is older than the newest one, or {@value #LATE_SECONDS} s older
 * than the newest step, is late and changes nothing. So is one that comes again.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1), no allocation.
 */
public final class Life {
  /** Hosts that send for one run have clocks that differ, and some write whole seconds. */
  private static final long LATE_SECONDS = 60;

  private static final long SECOND = 1_000_000_000L;

  private Phase phase = Phase.TRAINING;
  private long phaseNanos = Long.MIN_VALUE;
  private long newestEvent = Long.MIN_VALUE;
  private long newestStep = Long.MIN_VALUE;

  /** Time in other phases since the newest step, as far as their ends were told. */
  private long otherNanos;

  private boolean announced;
  private RunEvent.@Nullable Status ended;

  Life() {}

  /** Notes that the run said how it is configured. */
  void announce() {
    announced = true;
  }

  /** Adds an event; returns whether it is news. */
  boolean add(RunEvent event) {
    long time = event.timeNanos();
    if (time < newestEvent
        || newestStep != Long.MIN_VALUE && time < newestStep - LATE_SECONDS * SECOND) {
      return false;
    }
    newestEvent = time;
    switch (event.kind()) {
      case START, RESUME:
        announced = true;
        ended = null;
        enter(Phase.INITIALIZING, time);
        return true;
      case END:
        boolean first = ended == null;
        ended = event.status();
        return first;
      case PHASE:
        return ended == null && event.phase() != null && phase(event.phase(), time);
      default:
        return true;
    }
  }

  /** Sets how a run ended whose state is missing, at the time of its newest line. */
  void resume(RunEvent.@Nullable Status status, long newestNanos) {
    ended = status;
    newestEvent = newestNanos;
    newestStep = newestNanos;
  }

  /**
   * Adds the time of a step.
   *
   * @return the time since the step before that the run spent training; negative when it cannot be
   *     known, because nobody told when another phase ended
   */
  long step(long timeNanos) {
    boolean open = phase != Phase.TRAINING && timeNanos > phaseNanos;
    long trained = open || newestStep == Long.MIN_VALUE ? -1 : timeNanos - newestStep - otherNanos;
    if (open) {
      phase = Phase.TRAINING;
    }
    if (timeNanos > Math.max(newestStep, newestEvent)) {
      ended = null;
    }
    newestStep = Math.max(newestStep, timeNanos);
    otherNanos = 0;
    return trained;
  }

  /** What the run does now. */
  public Phase phase() {
    return phase;
  }

  /** How it ended; null while it has not. */
  public RunEvent.@Nullable Status ended() {
    return ended;
  }

  /** Whether it announced itself, so that steps are expected. */
  boolean announced() {
    return announced;
  }

  void exchange(State state) {
    phase = state.requiredConstant(Phase.class, phase);
    phaseNanos = state.integer(phaseNanos);
    newestEvent = state.integer(newestEvent);
    newestStep = state.integer(newestStep);
    otherNanos = state.integer(otherNanos);
    announced = state.flag(announced);
    ended = state.constant(RunEvent.Status.class, ended);
  }

  /** A repeated {@code training} is no news: only steps show that training goes on. */
  private boolean phase(Phase next, long time) {
    boolean news = next != phase || next != Phase.TRAINING;
    enter(next, time);
    return news;
  }

  private void enter(Phase next, long time) {
    if (phase != Phase.TRAINING) {
      otherNanos += Math.max(0, time - Math.max(phaseNanos, newestStep));
    }
    phase = next;
    phaseNanos = time;
  }
}
