// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Detects a run that no longer sends lines.
 *
 * <p><b>Definition.</b> The last {@value #WINDOW} gaps between the first lines of steps are
 * measured by the times of the lines: usual = median, longest = maximum. Warning when the caller's
 * clock is past the last line by more than max({@value #USUAL_GAPS} · usual, {@value #LONGEST_GAPS}
 * · longest, {@value #SHORTEST_SECONDS} s); critical past {@value #CRITICAL_FACTOR} times that when
 * the run announced its number of steps and has not reached it. A run that has reached it is done,
 * not stalled.
 *
 * <p><b>Edges.</b> The longest gap is used because evaluations and checkpoints are gaps, too.
 * Nothing is judged before {@value #MIN_GAPS} gaps. Lines that are older than {@value
 * #HISTORY_SECONDS} s at the first tick are recorded lines that are loaded. The clocks of sender
 * and caller may differ, so a line counts as received no earlier than the tick before it.
 */
final class StallWatch {
  private static final int WINDOW = 32;
  private static final int MIN_GAPS = 4;
  private static final double USUAL_GAPS = 20;
  private static final double LONGEST_GAPS = 3;
  private static final double SHORTEST_SECONDS = 60;
  private static final double CRITICAL_FACTOR = 5;
  private static final long HISTORY_SECONDS = 86_400;
  private static final double NANOS = 1e9;

  private final Window gaps = new Window(WINDOW);
  private final double[] scratch = new double[WINDOW];
  private long lastLine = Long.MIN_VALUE;
  private long lastLook = Long.MIN_VALUE;
  private long activity = Long.MIN_VALUE;
  private boolean linesSinceLook;

  /** Adds the time of a step. */
  void line(long step, long timeNanos) {
    if (lastLine != Long.MIN_VALUE && timeNanos > lastLine) {
      gaps.add(step, (timeNanos - lastLine) / NANOS);
    }
    lastLine = Math.max(lastLine, timeNanos);
    linesSinceLook = true;
  }

  /** Compares the clock with the newest line. */
  void tick(long nowNanos, long lastStep, RunConfig config, Consumer<Verdict> verdicts) {
    if (linesSinceLook) {
      activity = Math.max(lastLook, Math.min(lastLine, nowNanos));
      linesSinceLook = false;
    }
    lastLook = nowNanos;
    OptionalDouble total = config.number(ConfigField.TOTAL_STEPS);
    boolean done = done(total, lastStep);
    double silence = (nowNanos - activity) / NANOS;
    if (activity == Long.MIN_VALUE || gaps.size() < MIN_GAPS || done) {
      return;
    }
    double patience = patienceSeconds();
    if (silence > patience && silence < HISTORY_SECONDS) {
      boolean critical = total.isPresent() && silence > CRITICAL_FACTOR * patience;
      new Finding(AlarmKind.STALLED, critical ? Severity.CRITICAL : Severity.WARNING, null)
          .value(silence, patience)
          .evidence("silence_seconds", silence)
          .emit(
              verdicts,
              "The run has sent nothing for "
                  + Finding.figure(silence)
                  + " s since step "
                  + lastStep
                  + " (expected: at most "
                  + Finding.figure(patience)
                  + " s). It may have crashed or hang.");
    }
  }

  /** Whether a later tick may find a stall, or a worse one. */
  boolean awaits(long lastStep, RunConfig config, boolean found) {
    OptionalDouble total = config.number(ConfigField.TOTAL_STEPS);
    boolean looked = activity != Long.MIN_VALUE && !linesSinceLook;
    boolean history = looked && (lastLook - activity) / NANOS >= HISTORY_SECONDS;
    boolean worstFound = found && total.isEmpty();
    return gaps.size() >= MIN_GAPS && !done(total, lastStep) && !history && !worstFound;
  }

  void exchange(State state) {
    gaps.exchange(state);
    lastLine = state.integer(lastLine);
    lastLook = state.integer(lastLook);
    activity = state.integer(activity);
    linesSinceLook = state.flag(linesSinceLook);
  }

  private static boolean done(OptionalDouble total, long lastStep) {
    // some number their steps from 0
    return total.isPresent() && lastStep + 1 >= total.getAsDouble();
  }

  private double patienceSeconds() {
    double longest = 0;
    int size = gaps.size();
    for (int i = 0; i < size; i++) {
      scratch[i] = gaps.value(i);
      longest = Math.max(longest, scratch[i]);
    }
    double usual = Medians.of(scratch, 0, size);
    return Math.max(SHORTEST_SECONDS, Math.max(USUAL_GAPS * usual, LONGEST_GAPS * longest));
  }
}
