// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.LossMeasure;
import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.stats.Window;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a run from scratch that never learns: its loss stops falling while it is still high.
 *
 * <p><b>Definition.</b> Over the first {@value #ROWS} losses that are at least {@value #STRIDE}
 * steps apart: began as in {@link LossMeasure}; level = median of the newest {@value #NEWEST};
 * before = median of as many around a third of the losses so far. The run is not learning when
 * began is at least {@value #FROM_SCRATCH} nats, level is at least {@value #HIGH} of began and
 * {@value #FLAT} of before, and the logarithm of the gradient norm scatters by {@value #SCATTER} or
 * more (robust deviation of the newest {@value #NORMS}), for {@value #HOLD} samples in a row.
 * Healthy runs may have such a loss, but not with such gradients. It is judged from {@value
 * #LEAST_ROWS} losses and {@value #LEAST_STEPS} steps on: critical, as long as the loss stays that
 * high.
 *
 * <p><b>Edges.</b> A run that is watched from its middle, and fine-tuning, begin low and are not
 * judged. A plateau of a language model at the entropy of single tokens lasts for a few hundred
 * steps, which is why steps count, too. After the first {@value #ROWS} losses nothing new is found.
 *
 * <p><b>Source.</b> Our own, after public AlgoPerf runs that never reached what their siblings did.
 */
public final class NotLearning implements Detector {
  private static final int ROWS = 128;
  private static final int STRIDE = 20;
  private static final int NEWEST = 16;
  private static final int LEAST_ROWS = 60;
  private static final int LEAST_STEPS = 2000;
  private static final double FROM_SCRATCH = 5;
  private static final double HIGH = 0.58;
  private static final double FLAT = 0.92;
  private static final double SCATTER = 0.35;
  private static final int NORMS = 64;
  private static final int HOLD = 8;

  private final Window losses = new Window(ROWS);
  private final Window norms = new Window(NORMS);
  private final double[] scratch = new double[NORMS];
  private final LossMeasure measure = new LossMeasure();
  private double level = Double.NaN;
  private int held;

  @Override
  public AlarmKind kind() {
    return AlarmKind.NOT_LEARNING;
  }

  @Override
  public Judging judging() {
    if (!measure.isComparable() || measure.began() < FROM_SCRATCH) {
      return new Judging.NothingToJudgeBy("a cross-entropy that begins at 5 nats or more");
    }
    return Judging.of(norms.size(), LEAST_ROWS, Signal.GRAD_NORM.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS, Signal.GRAD_NORM);
  }

  @Override
  public void configure(RunConfig config) {
    measure.configure(config);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss) || !measure.isComparable()) {
      return;
    }
    int size = losses.size();
    if (size < ROWS && (size == 0 || sample.step() - losses.step(size - 1) >= STRIDE)) {
      losses.add(sample.step(), loss);
      double norm = sample.get(Signal.GRAD_NORM);
      if (norm > 0) {
        norms.add(sample.step(), Math.log(norm));
      }
      size++;
      measure.add(loss);
      judge(size, sample.step());
    }
    if (held >= HOLD) {
      if (loss >= HIGH * measure.began()) {
        emit(verdicts);
      } else {
        held = size < ROWS ? held : 0;
      }
    }
  }

  @Override
  public void exchange(State state) {
    losses.exchange(state);
    norms.exchange(state);
    measure.exchange(state);
    level = state.real(level);
    held = (int) state.integer(held);
  }

  private void judge(int size, long step) {
    if (size < LEAST_ROWS
        || measure.began() < FROM_SCRATCH
        || step - losses.step(0) < LEAST_STEPS) {
      return;
    }
    level = median(losses, size - NEWEST, size);
    double before = median(losses, size / 3 - NEWEST / 2, size / 3 + NEWEST / 2);
    boolean flat = level >= HIGH * measure.began() && level >= FLAT * before;
    held = flat && scatter() >= SCATTER ? held + 1 : 0;
  }

  /** Robust standard deviation of the logarithm of the gradient norm; 0 while there are too few. */
  private double scatter() {
    int size = norms.size();
    if (size < LEAST_ROWS) {
      return 0;
    }
    double middle = median(norms, 0, size);
    for (int i = 0; i < size; i++) {
      scratch[i] = Math.abs(norms.value(i) - middle);
    }
    return Medians.MAD_TO_SIGMA * Medians.of(scratch, 0, size);
  }

  private double median(Window window, int from, int to) {
    for (int i = from; i < to; i++) {
      scratch[i - from] = window.value(i);
    }
    return Medians.of(scratch, 0, to - from);
  }

  private void emit(Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.NOT_LEARNING, Severity.CRITICAL, Signal.LOSS)
        .value(level, HIGH * measure.began())
        .evidence("began", measure.began())
        .evidence("samples", losses.size())
        .emit(
            verdicts,
            "The run does not learn: loss began at "
                + Finding.figure(measure.began())
                + " and has stopped falling at "
                + Finding.figure(level)
                + ", which is still high. Compare the learning rate, the initialization and the"
                + " data with a run that works.");
  }
}
