// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.TrainingObjective;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a loss of exactly 0, which no model reaches by learning: the weights are broken, and the
 * trainer hides NaN; or the labels are all masked.
 *
 * <p><b>Definition.</b> A loss of exactly 0 right after one above {@value #SURELY} is critical at
 * once. After lower ones it is a warning first and critical from the {@value #PATIENCE}nd in a row.
 * It is nothing where the loss has ever been below {@value #NEAR_ZERO}, 0 or negative: then a model
 * learned its data by heart and the loss is rounded, or the loss is no cross-entropy.
 *
 * <p><b>Edges.</b> A run that begins with 0 is not judged. <b>Cost.</b> O(1). <b>Source.</b> Our
 * own, after public logs of fp16 runs that ended so.
 */
public final class LossZero implements Detector {
  private static final double SURELY = 0.5;
  private static final double NEAR_ZERO = 0.02;
  private static final int PATIENCE = 2;

  private boolean judged = true;
  private double lowest = Double.POSITIVE_INFINITY;
  private double last = Double.NaN;
  private int zeros;

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_ZERO;
  }

  @Override
  public boolean judgesFromFirstStep() {
    return true;
  }

  @Override
  public Judging judging() {
    return judged && lowest >= NEAR_ZERO
        ? Judging.of(Double.isNaN(last) ? 0 : 1, 1, Signal.LOSS.wireName())
        : new Judging.NothingToJudgeBy("a cross-entropy that is not near 0");
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS);
  }

  @Override
  public void configure(RunConfig config) {
    judged = TrainingObjective.of(config).isLikelihood();
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss) || !judged) {
      return;
    }
    if (loss != 0 || Double.isNaN(last)) {
      lowest = Math.min(lowest, loss);
      last = loss;
      zeros = 0;
    } else if (lowest >= NEAR_ZERO) {
      zeros++;
      emit(last >= SURELY || zeros >= PATIENCE ? Severity.CRITICAL : Severity.WARNING, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    lowest = state.real(lowest);
    last = state.real(last);
    zeros = (int) state.integer(zeros);
  }

  private void emit(Severity severity, Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.LOSS_ZERO, severity, Signal.LOSS)
        .value(0, NEAR_ZERO)
        .eta(0, 0, 0)
        .evidence("last_loss", last)
        .evidence("samples", zeros)
        .emit(
            verdicts,
            "Loss is exactly 0, after "
                + Finding.figure(last)
                + ": the loss is NaN and the trainer hides it, or no token is trained on. Nothing"
                + " is learned any more.");
  }
}
