// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a dynamic loss scale that is halved again and again: gradients overflow at any scale.
 *
 * <p><b>Definition.</b> x = log₂ of the scale, in octaves. Once it has settled, its level m ← m +
 * (x − m) · min(Δ / {@value #MEMORY_STEPS}, 1 / {@value #LEAST_MEMORY}), Δ the steps since the last
 * sample. Warning when x is {@value #OCTAVES} octaves below m; critical when it is also at a scale
 * of 1 or less, {@value #PATIENCE} samples in a row. Settled: it has risen once, or was the same
 * for {@value #SETTLED_STEPS} steps. Before that, only a fall to 1 or less by {@value #OCTAVES}
 * octaves counts.
 *
 * <p><b>Edges.</b> Healthy scales start too high, fall in the first steps to where they fit, and
 * then go up and down by one or two octaves. A scale of 1 that never changes is no scale: bf16. A
 * scale that is not above 0 is left out. <b>Cost.</b> O(1). <b>Source.</b> metaseq stops a run at
 * its least scale, and OPT-175B's logbook has scales that crash before the loss diverges (Zhang et
 * al. 2022); the numbers are our own. Public logs hardly have a scale: it was measured on made-up
 * runs.
 */
public final class LossScaleCollapse implements Detector {
  private static final double MEMORY_STEPS = 2048;
  private static final double LEAST_MEMORY = 16;
  private static final double OCTAVES = 5.5;
  private static final int PATIENCE = 2;
  private static final long SETTLED_STEPS = 256;
  private static final double LN2 = Math.log(2);

  private boolean seen;
  private boolean settled;
  private long lastStep;
  private long changedStep;
  private double last;

  /** m once it has settled; before that the highest so far. */
  private double level;

  private int atFloor;

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_SCALE_COLLAPSE;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS_SCALE);
  }

  @Override
  public Judging judging() {
    return Judging.of(seen ? 1 : 0, 1, Signal.LOSS_SCALE.wireName());
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double scale = sample.get(Signal.LOSS_SCALE);
    if (!(scale > 0)) {
      return;
    }
    double octaves = Math.log(scale) / LN2;
    if (!seen) {
      seen = true;
      level = octaves;
      last = octaves;
      changedStep = sample.step();
    }
    boolean rose = octaves > last;
    changedStep = octaves == last ? changedStep : sample.step();
    double fall = level - octaves;
    boolean low = fall >= OCTAVES && (settled || octaves <= 0);
    atFloor = low && octaves <= 0 ? Math.min(atFloor + 1, PATIENCE) : 0;
    if (settled) {
      double gap = Math.max(0, sample.step() - lastStep);
      level += (octaves - level) * Math.min(gap / MEMORY_STEPS, 1 / LEAST_MEMORY);
    } else if (rose || sample.step() - changedStep >= SETTLED_STEPS) {
      settled = octaves > 0 || rose; // at its floor it has not found where it fits
      level = settled ? octaves : level;
    }
    last = octaves;
    lastStep = sample.step();
    if (low) {
      emit(scale, fall, verdicts);
    }
  }

  /** Gradients of a new stage may have another size. */
  @Override
  public void boundary() {
    seen = false;
    settled = false;
    atFloor = 0;
  }

  @Override
  public void exchange(State state) {
    seen = state.flag(seen);
    settled = state.flag(settled);
    lastStep = state.integer(lastStep);
    changedStep = state.integer(changedStep);
    last = state.real(last);
    level = state.real(level);
    atFloor = (int) state.integer(atFloor);
  }

  private void emit(double scale, double fall, Consumer<Verdict> verdicts) {
    boolean critical = atFloor == PATIENCE;
    double usual = scale * Math.pow(2, fall);
    new Finding(
            AlarmKind.LOSS_SCALE_COLLAPSE,
            critical ? Severity.CRITICAL : Severity.WARNING,
            Signal.LOSS_SCALE)
        .value(scale, usual * Math.pow(2, -OCTAVES))
        .evidence("usual", usual)
        .evidence("halvings", fall)
        .emit(
            verdicts,
            "Loss scale is "
                + Finding.figure(scale)
                + ", "
                + Finding.steps(fall)
                + " halvings below its usual "
                + Finding.figure(usual)
                + ": gradients overflow again and again"
                + (critical ? ", even without a scale." : "."));
  }
}
