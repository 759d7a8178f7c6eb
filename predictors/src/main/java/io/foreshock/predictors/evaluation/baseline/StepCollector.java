// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;

/**
 * Combines the lines of a step.
 *
 * <p><b>Edges.</b> A value that a {@code train_step} line lacks counts as not finite when the line
 * counts something non-finite and the run sent that value before; otherwise as not measured. (The
 * loss counts as not finite on every line that counts something non-finite and has no loss.)
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
  private double own = ABSENT;
  private boolean knowsGradNorm;
  private boolean knowsUpdateRms;

  /** Whether the line begins another step than the current one. */
  public boolean begins(Sample line) {
    return !open || line.step() != step;
  }

  /** Adds a line; one that {@link #begins} a step clears the previous step. */
  public void accept(Sample line) {
    if (begins(line)) {
      clear(line.step());
    }
    if (line.measurement() == Measurement.TRAIN_STEP) {
      boolean bad = line.nonfinite() > 0;
      knowsGradNorm |= line.has(Signal.GRAD_NORM);
      knowsUpdateRms |= line.has(Signal.UPDATE_RMS);
      loss = value(line, Signal.LOSS, bad, loss);
      gradNorm = value(line, Signal.GRAD_NORM, bad && knowsGradNorm, gradNorm);
      updateRms = value(line, Signal.UPDATE_RMS, bad && knowsUpdateRms, updateRms);
    } else {
      attentionLogitMax = larger(attentionLogitMax, line.get(Signal.ATTENTION_LOGIT_MAX));
      rmsRatio = larger(rmsRatio, line.get(Signal.RMS_RATIO));
    }
  }

  /** Adds a score of the step by a rule of the user's own; the largest of a step counts. */
  public void own(double score) {
    own = larger(own, score);
  }

  /** The step as far as it is known. */
  public StepReading reading() {
    return new StepReading(step, loss, gradNorm, updateRms, attentionLogitMax, rmsRatio, own);
  }

  private void clear(long newStep) {
    open = true;
    step = newStep;
    loss = ABSENT;
    gradNorm = ABSENT;
    updateRms = ABSENT;
    attentionLogitMax = ABSENT;
    rmsRatio = ABSENT;
    own = ABSENT;
  }

  private static double value(Sample line, Signal signal, boolean bad, double otherwise) {
    return line.has(signal) ? line.get(signal) : bad ? Double.NaN : otherwise;
  }

  private static double larger(double known, double other) {
    return other > known ? other : known; // false for an absent value, which is NaN
  }
}
