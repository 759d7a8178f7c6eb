// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.RunEvent.Phase;
import io.foreshock.predictors.telemetry.Sample;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a run that no longer sends lines.
 *
 * <p><b>Definition.</b> The last {@value #WINDOW} gaps between the first lines of steps are
 * measured by the times of the lines, less the time that the run spent in phases other than {@code
 * training}: usual = median, longest = maximum. Patience = max({@value #USUAL_GAPS} · usual,
 * {@value #LONGEST_GAPS} · longest, {@value #SHORTEST_SECONDS} s). While the run evaluates or saves
 * a checkpoint, patience is {@value #PHASE_FACTOR} times that, but at most {@value
 * #LONGEST_PHASE_SECONDS} s where training's own is less. While it initializes, and from its
 * announcement to its first step, patience is the start-up time-out. While it is idle, and after it
 * ended, nothing is expected. Warning when the caller's clock is past the last sign of life by more
 * than the patience.
 *
 * <p><b>Critical</b> past {@value #CRITICAL_FACTOR} times the patience, when the run announced its
 * number of steps and has not reached it. Without such a plan also when the run was steady, was
 * watched for longer than {@value #CRITICAL_FACTOR} times its patience while it trained, and does
 * not look {@linkplain Finish finished}. Steady: the window is full, and nine in ten gaps are at
 * most {@value #STEADY_FACTOR} times the usual one. Watched: by ticks, each of which counts for at
 * most {@value #LOOK_SECONDS} s, so a recorded run that is loaded in a moment was not. A run that
 * has reached its plan is done, not stalled.
 *
 * <p><b>Edges.</b> The longest gap is used because evaluations and checkpoints that nobody
 * announces are gaps, too. Nothing is judged before {@value #MIN_GAPS} gaps, except a start. Lines
 * that are older than {@value #HISTORY_SECONDS} s at the first tick are recorded lines that are
 * loaded. The clocks of sender and caller may differ, so a line counts as received no earlier than
 * the tick before it.
 */
final class StallWatch {
  private static final int WINDOW = 32;
  private static final int MIN_GAPS = 4;
  private static final double USUAL_GAPS = 20;
  private static final double LONGEST_GAPS = 3;
  private static final double SHORTEST_SECONDS = 60;
  private static final double PHASE_FACTOR = 10;
  private static final double LONGEST_PHASE_SECONDS = 43_200;
  private static final double CRITICAL_FACTOR = 5;
  private static final double STEADY_FACTOR = 2;
  private static final int STEADY_OF = WINDOW * 9 / 10;
  private static final long LOOK_SECONDS = 10;
  private static final long HISTORY_SECONDS = 86_400;
  private static final double NANOS = 1e9;

  private final double startupSeconds;
  private final Life life;
  private final Finish finish = new Finish();
  private final Window gaps = new Window(WINDOW);
  private final double[] scratch = new double[WINDOW];
  private long lastStep = Long.MIN_VALUE;
  private long lastSign = Long.MIN_VALUE;
  private long lastLook = Long.MIN_VALUE;
  private long activity = Long.MIN_VALUE;
  private boolean signsSinceLook;

  /** Time that the run was watched: in all, and up to its newest sign of life. */
  private double watchedSeconds;

  private double watchedAliveSeconds;

  /**
   * @param startupSeconds start-up time-out; 0 = none
   */
  StallWatch(double startupSeconds, Life life) {
    this.startupSeconds = startupSeconds == 0 ? Double.POSITIVE_INFINITY : startupSeconds;
    this.life = life;
  }

  /** Adds the time of a step. */
  void step(long step, long timeNanos) {
    boolean begins = lastStep == Long.MIN_VALUE;
    long gap = timeNanos - lastStep;
    long trained = life.step(timeNanos);
    if (!begins && trained > 0) {
      gaps.add(step, trained / NANOS);
    } else if (!begins && gap > 0 && gaps.size() < MIN_GAPS) {
      gaps.add(step, gap / NANOS); // it has phases in every gap and never tells their ends
    }
    lastStep = Math.max(lastStep, timeNanos);
    sign(timeNanos);
  }

  /** Adds a line of a step; it may be any of the step's lines. */
  void line(Sample sample) {
    if (sample.layer() == null) {
      finish.add(sample);
    }
  }

  /** Notes that the run said how it is configured: now its first step is awaited. */
  void announce(long timeNanos) {
    if (lastStep == Long.MIN_VALUE && !life.announced()) {
      life.announce();
      sign(timeNanos);
    }
  }

  /** Notes that the run is alive, although this is no step. */
  void sign(long timeNanos) {
    lastSign = Math.max(lastSign, timeNanos);
    signsSinceLook = true;
  }

  /** Time of the newest sign of life, nanoseconds since the epoch. */
  long lastSign() {
    return lastSign;
  }

  /** Compares the clock with the newest sign of life. */
  void tick(long nowNanos, long newestStep, RunConfig config, Consumer<Verdict> verdicts) {
    if (lastLook != Long.MIN_VALUE) {
      double since = Math.max(0, (nowNanos - lastLook) / NANOS);
      watchedSeconds += Math.min(since, LOOK_SECONDS);
    }
    if (signsSinceLook) {
      watchedAliveSeconds = watchedSeconds;
      activity = Math.max(lastLook, Math.min(lastSign, nowNanos));
      signsSinceLook = false;
    }
    lastLook = nowNanos;
    OptionalDouble total = config.number(ConfigField.TOTAL_STEPS);
    if (activity == Long.MIN_VALUE || done(total, newestStep)) {
      return;
    }
    double silence = (nowNanos - activity) / NANOS;
    double patience = patienceSeconds();
    if (silence > patience && silence < HISTORY_SECONDS) {
      boolean critical = silence > CRITICAL_FACTOR * patience && mayBeCritical(total);
      emit(critical ? Severity.CRITICAL : Severity.WARNING, silence, newestStep, verdicts);
    }
  }

  /**
   * Whether a later tick may find a stall, or a worse one.
   *
   * @param found severity of the stall that was found; null when there is none
   */
  boolean awaits(long newestStep, RunConfig config, @Nullable Severity found) {
    OptionalDouble total = config.number(ConfigField.TOTAL_STEPS);
    boolean looked = activity != Long.MIN_VALUE && !signsSinceLook;
    boolean history = looked && (lastLook - activity) / NANOS >= HISTORY_SECONDS;
    boolean worstFound = found == Severity.CRITICAL || found != null && !mayBeCritical(total);
    boolean expected = patienceSeconds() < HISTORY_SECONDS && !done(total, newestStep);
    return expected && lastSign != Long.MIN_VALUE && !history && !worstFound;
  }

  void exchange(State state) {
    life.exchange(state);
    finish.exchange(state);
    gaps.exchange(state);
    lastStep = state.integer(lastStep);
    lastSign = state.integer(lastSign);
    lastLook = state.integer(lastLook);
    activity = state.integer(activity);
    signsSinceLook = state.flag(signsSinceLook);
    watchedSeconds = state.real(watchedSeconds);
    watchedAliveSeconds = state.real(watchedAliveSeconds);
  }

  private boolean done(OptionalDouble total, long newestStep) {
    // some number their steps from 0
    return life.ended() != null || total.isPresent() && newestStep + 1 >= total.getAsDouble();
  }

  private boolean mayBeCritical(OptionalDouble total) {
    if (lastStep == Long.MIN_VALUE) {
      return false;
    }
    return total.isPresent()
        || steady()
            && watchedAliveSeconds > CRITICAL_FACTOR * trainingPatienceSeconds()
            && !finish.isLikely();
  }

  private boolean steady() {
    if (gaps.size() < WINDOW) {
      return false;
    }
    double most = STEADY_FACTOR * usualSeconds();
    int within = 0;
    for (int i = 0; i < WINDOW; i++) {
      within += gaps.value(i) <= most ? 1 : 0;
    }
    return within >= STEADY_OF;
  }

  /** The longest silence that is expected now; infinite when none is too long. */
  private double patienceSeconds() {
    double training = trainingPatienceSeconds();
    return switch (life.phase()) {
      case IDLE -> Double.POSITIVE_INFINITY;
      case INITIALIZING -> startupSeconds;
      case EVALUATING, CHECKPOINTING ->
          gaps.size() < MIN_GAPS
              ? startupSeconds
              : Math.max(training, Math.min(PHASE_FACTOR * training, LONGEST_PHASE_SECONDS));
      case TRAINING -> lastStep == Long.MIN_VALUE && life.announced() ? startupSeconds : training;
    };
  }

  private double trainingPatienceSeconds() {
    int size = gaps.size();
    if (size < MIN_GAPS) {
      return Double.POSITIVE_INFINITY;
    }
    double longest = 0;
    for (int i = 0; i < size; i++) {
      longest = Math.max(longest, gaps.value(i));
    }
    return Math.max(
        SHORTEST_SECONDS, Math.max(USUAL_GAPS * usualSeconds(), LONGEST_GAPS * longest));
  }

  private double usualSeconds() {
    int size = gaps.size();
    for (int i = 0; i < size; i++) {
      scratch[i] = gaps.value(i);
    }
    return Medians.of(scratch, 0, size);
  }

  private void emit(
      Severity severity, double silence, long newestStep, Consumer<Verdict> verdicts) {
    double patience = patienceSeconds();
    @Nullable Phase phase = life.phase() == Phase.TRAINING ? null : life.phase();
    Finding finding =
        new Finding(AlarmKind.STALLED, severity, null)
            .value(silence, patience)
            .evidence("silence_seconds", silence);
    if (phase != null) {
      finding.evidence("phase", RunEvent.wireName(phase));
    }
    finding.emit(
        verdicts,
        (lastStep == Long.MIN_VALUE
                ? "The run announced itself and has sent no step, and nothing at all for "
                : "The run has sent nothing for ")
            + Finding.figure(silence)
            + " s"
            + (phase == null ? "" : " while " + RunEvent.wireName(phase))
            + (lastStep == Long.MIN_VALUE ? "" : " since step " + newestStep)
            + " (expected: at most "
            + Finding.figure(patience)
            + " s). It may have crashed or hang.");
  }
}
