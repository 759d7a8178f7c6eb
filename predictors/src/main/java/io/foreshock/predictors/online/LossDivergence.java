// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * A loss that leaves its course, however slowly, or stays well above its lowest.
 *
 * <p><b>Definition.</b> x̃ = median of the last {@value #MEDIAN_OF} losses; level m ← m + α (x̃ −
 * m), α = 1/{@value #MEMORY}; noise s ← s + α (min(|x − x̃|, 5 s) − s); lowest = min m after the
 * warm-up. The rise m − lowest is judged against the noise and the level: warning above max({@value
 * #WARNING_NOISES} s, {@value #WARNING_SHARE} lowest), critical above max({@value #CRITICAL_NOISES}
 * s, {@value #CRITICAL_SHARE} lowest). A learning rate that has itself risen by {@value
 * #RATE_FACTOR} since the lowest explains the rise and foretells more of it: then critical already
 * above max({@value #RAMP_NOISES} s, {@value #RAMP_SHARE} lowest). Each must hold for {@value
 * #HOLD} samples. ETA: steps until {@value #ONSET_SHARE} above the lowest at the pace since.
 *
 * <p><b>Edges.</b> The median keeps blips of up to three samples out altogether. The lowest is
 * never forgotten, so a jump that stays cannot be absorbed. <b>Cost.</b> O({@value #MEDIAN_OF}).
 * <b>Source.</b> Our own.
 */
public final class LossDivergence implements Detector {
  private static final int MEDIAN_OF = 7;
  private static final double MEMORY = 24;
  private static final int WARM_UP = 32;
  private static final double WARNING_NOISES = 1.5;
  private static final double WARNING_SHARE = 0.02;
  private static final double CRITICAL_NOISES = 3;
  private static final double CRITICAL_SHARE = 0.06;
  private static final double RATE_FACTOR = 1.5;
  private static final double RAMP_NOISES = 1.0;
  private static final double RAMP_SHARE = 0.02;
  private static final double ONSET_SHARE = 0.10;
  private static final int HOLD = 8;

  private final Window recent = new Window(MEDIAN_OF);
  private final double[] scratch = new double[MEDIAN_OF];
  private int samples;
  private double level;
  private double noise;
  private double lowest = Double.POSITIVE_INFINITY;
  private long lowestStep;
  private double lowestRate = Double.NaN;
  private int heldWarning;
  private int heldCritical;

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss)) {
      return;
    }
    smooth(sample.step(), loss);
    if (samples < WARM_UP) {
      return;
    }
    double rate = sample.get(Signal.LEARNING_RATE);
    if (level < lowest) {
      lowest = level;
      lowestStep = sample.step();
      lowestRate = rate;
    }
    double rise = level - lowest;
    double size = Math.abs(lowest);
    boolean ramped = rate > RATE_FACTOR * lowestRate;
    boolean early = ramped && rise > Math.max(RAMP_NOISES * noise, RAMP_SHARE * size);
    boolean high = rise > Math.max(CRITICAL_NOISES * noise, CRITICAL_SHARE * size);
    boolean raised = rise > Math.max(WARNING_NOISES * noise, WARNING_SHARE * size);
    heldCritical = early || high ? heldCritical + 1 : 0;
    heldWarning = raised ? heldWarning + 1 : 0;
    if (heldCritical >= HOLD) {
      tell(Severity.CRITICAL, ramped ? rate / lowestRate : Double.NaN, sample, verdicts);
    } else if (heldWarning >= HOLD) {
      tell(Severity.WARNING, ramped ? rate / lowestRate : Double.NaN, sample, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    recent.exchange(state);
    samples = (int) state.integer(samples);
    level = state.real(level);
    noise = state.real(noise);
    lowest = state.real(lowest);
    lowestStep = state.integer(lowestStep);
    lowestRate = state.real(lowestRate);
    heldWarning = (int) state.integer(heldWarning);
    heldCritical = (int) state.integer(heldCritical);
  }

  private void smooth(long step, double loss) {
    recent.add(step, loss);
    int size = recent.size();
    for (int i = 0; i < size; i++) {
      scratch[i] = recent.value(i);
    }
    double middle = Medians.of(scratch, 0, size);
    double deviation = Math.abs(loss - middle);
    samples++;
    // plain averages at first, so that the first loss does not linger
    double share = Math.max(1 / MEMORY, 1.0 / samples);
    level += share * (middle - level);
    double clipped = samples < WARM_UP ? deviation : Math.min(deviation, 5 * noise);
    noise += share * (clipped - noise);
  }

  private void tell(
      Severity severity, double rateFactor, Sample sample, Consumer<Verdict> verdicts) {
    double rise = level - lowest;
    double pace = rise / Math.max(1, sample.step() - lowestStep);
    double eta = Math.max(0, (ONSET_SHARE * Math.abs(lowest) - rise) / pace);
    Finding finding =
        new Finding(AlarmKind.LOSS_DIVERGENCE, severity, Signal.LOSS)
            .value(level, lowest)
            .eta(eta, eta / 2, 2 * eta)
            .evidence("lowest", lowest)
            .evidence("lowest_step", lowestStep)
            .evidence("rise", rise)
            .evidence("noise", noise);
    String message =
        "Loss rose to "
            + Finding.figure(level)
            + " from its lowest, "
            + Finding.figure(lowest)
            + " at step "
            + lowestStep;
    if (!Double.isNaN(rateFactor)) {
      finding.evidence("learning_rate_factor", rateFactor);
      message += ", while the learning rate grew " + Finding.figure(rateFactor) + "-fold";
    }
    finding.tell(verdicts, message + ".");
  }
}
