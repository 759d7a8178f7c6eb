// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/**
 * Detects a loss that jumps above its own falling course.
 *
 * <p><b>Definition.</b> {@link SpikeWatch} with k = {@value #SCORES}, m = {@value #MARGIN} of the
 * expected loss: warning from the first flagged sample. Critical once the loss was at its full
 * height for {@value #BLIP_STEPS} steps and at least {@value #MIN_ROWS} samples in a row, and from
 * then on until it is back. One or two bad batches that fade slowly are never critical.
 *
 * <p><b>Source.</b> The form is that of rules used in production (OLMo-core: mean + 6σ over 128),
 * on a detrended outlier-free baseline; the persistence test is our own.
 */
public final class LossSpike implements Detector {
  private static final double SCORES = 6;

  /** Share of the loss; smaller jumps are left to {@link LossDivergence}, which averages. */
  private static final double MARGIN = 0.10;

  /** Share of the loss; every training loss is noisier than that from batch to batch. */
  private static final double NOISE_FLOOR = 0.002;

  private static final int BLIP_STEPS = 3;
  private static final int MIN_ROWS = 3;

  private boolean lasting;
  private final SpikeWatch watch = new SpikeWatch(SCORES, MARGIN, true, NOISE_FLOOR);

  @Override
  public boolean reads(Measurement measurement) {
    return measurement == Measurement.TRAIN_STEP;
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss) || !watch.add(sample.step(), loss)) {
      return;
    }
    lasting =
        watch.high() >= MIN_ROWS && sample.step() - watch.firstHigh() >= BLIP_STEPS
            || lasting && watch.flagged() > 1;
    emit(loss, sample, verdicts);
  }

  @Override
  public void exchange(State state) {
    watch.exchange(state);
    lasting = state.flag(lasting);
  }

  private void emit(double loss, Sample sample, Consumer<Verdict> verdicts) {
    long since = sample.step() - watch.firstFlagged();
    new Finding(AlarmKind.LOSS_SPIKE, lasting ? Severity.CRITICAL : Severity.WARNING, Signal.LOSS)
        .value(loss, watch.threshold())
        .eta(0, 0, 0)
        .evidence("expected", watch.expected())
        .evidence("scales_above", watch.score(loss))
        .evidence("samples_above", watch.flagged())
        .emit(
            verdicts,
            "Loss jumped to "
                + Finding.figure(loss)
                + " where "
                + Finding.figure(watch.expected())
                + " was expected"
                + (lasting ? " and has stayed up for " + since + " steps." : "."));
  }
}
