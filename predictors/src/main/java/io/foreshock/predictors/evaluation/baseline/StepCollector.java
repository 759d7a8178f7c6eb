// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Puts the lines of a step together.
 *
 * <p><b>Edges.</b> A value that a {@code train_step} line lacks counts as not finite when the line
 * counts something non-finite and the run sent that value before; otherwise as not measured. (For
 * the loss, every line that counts something non-finite and has no loss will do.)
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a line.
 */
public final class StepCollector {
  private static final double ABSENT = StepReading.ABSENT;

  private boolean open;
  private long step;
  private double loss;
  private double gradNorm;
  private double updateRms;
  private double attentionLogitMax;
  private double rmsRatio;
  private boolean knowsGradNorm;
  private boolean knowsUpdateRms;

  /** Whether the line begins another step than the one that is being put together. */
  public boolean begins(Sample line) {
    return !open || line.step() != step;
  }

  /** Takes a line; one that {@link #begins} a step forgets the one before. */
  public void accept(Sample line) {
    if (begins(line)) {
      clear(line.step());
    }
    if (line.measurement() == Measurement.TRAIN_STEP) {
      boolean lost = line.nonfinite() > 0;
      knowsGradNorm |= line.has(Signal.GRAD_NORM);
      knowsUpdateRms |= line.has(Signal.UPDATE_RMS);
      loss = value(line, Signal.LOSS, lost, loss);
      gradNorm = value(line, Signal.GRAD_NORM, lost && knowsGradNorm, gradNorm);
      updateRms = value(line, Signal.UPDATE_RMS, lost && knowsUpdateRms, updateRms);
    } else {
      attentionLogitMax = larger(attentionLogitMax, line.get(Signal.ATTENTION_LOGIT_MAX));
      rmsRatio = larger(rmsRatio, line.get(Signal.RMS_RATIO));
    }
  }

  /** The step as far as it is known. */
  public StepReading reading() {
    return new StepReading(step, loss, gradNorm, updateRms, attentionLogitMax, rmsRatio);
  }

  private void clear(long newStep) {
    open = true;
    step = newStep;
    loss = ABSENT;
    gradNorm = ABSENT;
    updateRms = ABSENT;
    attentionLogitMax = ABSENT;
    rmsRatio = ABSENT;
  }

  private static double value(Sample line, Signal signal, boolean lost, double otherwise) {
    return line.has(signal) ? line.get(signal) : lost ? Double.NaN : otherwise;
  }

  private static double larger(double known, double other) {
    return other > known ? other : known; // false for an absent one, which reads as NaN
  }
}
