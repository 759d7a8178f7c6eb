// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.ResistantBaseline;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a gradient norm that jumps above its expected course.
 *
 * <p><b>Definition.</b> {@link SpikeWatch} over ln(grad_norm), k = {@value #SCORES}, m = ln {@value
 * #FACTOR}: info, because clipping and the optimizer's normalisation absorb most spikes. Warning
 * from the {@value #LARGE_SAMPLES}nd in a row of at least {@value #LARGE_FACTOR} times what was
 * expected, or when it lasts {@value #LASTING} samples. Critical when such a row grows to {@value
 * #HUGE_FACTOR} times: the two steps before BLOOM-176B's published spike had 66 and 600 times.
 *
 * <p><b>Edges.</b> Zero and negative norms are skipped. <b>Source.</b> Our own, after ZClip and
 * OLMo-core; in logarithms because norms scatter by factors.
 */
public final class GradientSpike implements Detector {
  private static final double SCORES = 6;
  private static final double FACTOR = 3;
  private static final double LARGE_FACTOR = 10;
  private static final int LARGE_SAMPLES = 2;
  private static final double HUGE_FACTOR = 100;
  private static final int LASTING = 16;

  /** In the logarithm: norms of neighbouring batches differ by about 5 %. */
  private static final double NOISE_FLOOR = 0.05;

  private final SpikeWatch watch =
      new SpikeWatch(SCORES, Math.log(FACTOR), Math.log(LARGE_FACTOR), false, NOISE_FLOOR);

  private int large;

  @Override
  public AlarmKind kind() {
    return AlarmKind.GRADIENT_SPIKE;
  }

  @Override
  public Judging judging() {
    return Judging.of(watch.warmedUp(), ResistantBaseline.MIN_SAMPLES, Signal.GRAD_NORM.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.GRAD_NORM);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double norm = sample.get(Signal.GRAD_NORM);
    if (!(norm > 0)) {
      return;
    }
    if (!watch.add(sample.step(), Math.log(norm))) {
      large = 0;
      return;
    }
    double expected = Math.exp(watch.expected());
    large = norm > LARGE_FACTOR * expected ? large + 1 : 0;
    boolean several = large >= LARGE_SAMPLES;
    Severity severity =
        several && norm > HUGE_FACTOR * expected
            ? Severity.CRITICAL
            : several || watch.flagged() >= LASTING ? Severity.WARNING : Severity.INFO;
    new Finding(AlarmKind.GRADIENT_SPIKE, severity, Signal.GRAD_NORM)
        .value(norm, Math.exp(watch.threshold()))
        .evidence("expected", expected)
        .evidence("samples_above", watch.flagged())
        .emit(
            verdicts,
            "Gradient norm "
                + Finding.figure(norm)
                + " is "
                + Finding.figure(norm / expected)
                + " times the expected "
                + Finding.figure(expected)
                + ", for "
                + watch.flagged()
                + (watch.flagged() == 1 ? " sample." : " samples in a row."));
  }

  @Override
  public void boundary() {
    watch.boundary();
    large = 0;
  }

  @Override
  public void exchange(State state) {
    watch.exchange(state);
    large = (int) state.integer(large);
  }
}
