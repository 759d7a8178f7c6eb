// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects that the optimizer skips many steps: gradients overflow, or a guard refuses them.
 *
 * <p><b>Definition.</b> Skipped steps and steps are counted with a memory of {@value
 * #MEMORY_SECONDS} s, but at least {@value #MEMORY_STEPS} steps. Info from {@value #LEAST} skipped
 * steps and a share of {@value #INFO_SHARE} on; warning from {@value #WARNING_LEAST} and {@value
 * #WARNING_SHARE}, or when {@value #WARNING_STREAK} steps in a row were skipped; critical when
 * {@value #CRITICAL_STREAK} in a row were and the line shows an overflow: then nothing is trained,
 * and no loss scale needs so long to fit.
 *
 * <p><b>Edges.</b> fp16 skips a step every 2,000 or so, when its loss scale grows, and up to
 * {@value #CRITICAL_STREAK} at the beginning, while the scale falls to where it fits. So the first
 * {@value #BEGINNING} steps of a run are not judged. Some programs send the total of all skipped
 * steps. A count above the steps since the last line is such a total, and then its rises count.
 * Until that, or until the count has gone down once, a skip counts only if the line shows an
 * overflow: a non-finite value, or a lower loss scale. Steps count as skipped in a row only if all
 * steps between two lines were skipped.
 *
 * <p><b>Cost.</b> O(1). <b>Source.</b> Marin's 535B run pages at three skipped steps in 15 minutes
 * (marin#8435). PyTorch's GradScaler doubles its scale every 2,000 steps, so a run with steps of a
 * second has three in one of a hundred such times. So a share is needed too.
 */
public final class StepsSkipped implements Detector {
  private static final double MEMORY_SECONDS = 900;
  private static final double MEMORY_STEPS = 200;
  private static final double LEAST = 3;
  private static final double INFO_SHARE = 0.03;
  private static final double WARNING_LEAST = 8;
  private static final double WARNING_SHARE = 0.1;
  private static final long WARNING_STREAK = 10;
  private static final long CRITICAL_STREAK = 40;
  private static final long BEGINNING = 100;
  private static final double NANOS = 1e9;

  private long lastStep = -1;
  private long lastNanos;
  private double lastCount;
  private double lastScale = Double.NaN;

  /** Whether the count has gone down, so that it is no total. */
  private boolean perLine;

  /** Whether the count is the total of the run. */
  private boolean total;

  private double steps;
  private double skipped;
  private long streak;
  private boolean overflow;

  @Override
  public AlarmKind kind() {
    return AlarmKind.STEPS_SKIPPED;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.SKIPPED, Signal.LOSS_SCALE);
  }

  @Override
  public Judging judging() {
    return Judging.of(lastStep < 0 ? 0 : 1, 1, Signal.SKIPPED.wireName());
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double count = sample.get(Signal.SKIPPED);
    if (!(count >= 0)) {
      return;
    }
    boolean first = lastStep < 0;
    long gap = first ? 1 : Math.max(0, sample.step() - lastStep);
    double seconds = first ? 0 : Math.max(0, (sample.timeNanos() - lastNanos) / NANOS);
    double scale = sample.get(Signal.LOSS_SCALE);
    boolean shown = count > 0 && (sample.nonfinite() > 0 || scale < lastScale);
    double rise = first ? 0 : count - lastCount;
    perLine |= rise < 0;
    total |= !first && gap > 0 && count > gap;
    lastStep = Math.max(lastStep, sample.step());
    lastNanos = Math.max(lastNanos, sample.timeNanos());
    lastCount = count;
    lastScale = scale;
    double kept = Math.exp(-Math.min(seconds / MEMORY_SECONDS, gap / MEMORY_STEPS));
    double now = sample.step() > BEGINNING ? Math.min(skips(count, rise, shown), gap) : 0;
    steps = steps * kept + gap;
    skipped = skipped * kept + now;
    boolean all = gap > 0 && now >= gap;
    streak = all ? streak + gap : gap == 0 ? streak : 0;
    overflow = all ? overflow || shown : streak > 0 && overflow;
    if (now > 0 || streak > 0 || skipped >= LEAST) {
      judge(sample, verdicts);
    }
  }

  /** A new stage may overflow for a while, as a new run does. */
  @Override
  public void boundary() {
    steps = 0;
    skipped = 0;
    streak = 0;
  }

  @Override
  public void exchange(State state) {
    lastStep = state.integer(lastStep);
    lastNanos = state.integer(lastNanos);
    lastCount = state.real(lastCount);
    lastScale = state.real(lastScale);
    perLine = state.flag(perLine);
    total = state.flag(total);
    steps = state.real(steps);
    skipped = state.real(skipped);
    streak = state.integer(streak);
    overflow = state.flag(overflow);
  }

  private double skips(double count, double rise, boolean shown) {
    if (total) {
      return Math.max(0, rise);
    }
    return perLine ? count : shown ? Math.max(1, rise) : 0;
  }

  private void judge(Sample sample, Consumer<Verdict> verdicts) {
    double share = skipped / Math.max(steps, MEMORY_STEPS / 4);
    boolean critical = streak >= CRITICAL_STREAK && overflow;
    boolean warning =
        streak >= WARNING_STREAK || skipped >= WARNING_LEAST && share >= WARNING_SHARE;
    if (!critical && !warning && !(skipped >= LEAST && share >= INFO_SHARE)) {
      return;
    }
    Severity severity = critical ? Severity.CRITICAL : warning ? Severity.WARNING : Severity.INFO;
    boolean row = streak >= WARNING_STREAK;
    Finding finding =
        new Finding(AlarmKind.STEPS_SKIPPED, severity, Signal.SKIPPED)
            .value(row ? streak : share, row ? WARNING_STREAK : INFO_SHARE)
            .evidence("skipped", skipped)
            .evidence("share", share)
            .evidence("in_a_row", streak);
    if (sample.has(Signal.LOSS_SCALE)) {
      finding.evidence("loss_scale", sample.get(Signal.LOSS_SCALE));
    }
    finding.emit(
        verdicts,
        row
            ? "The optimizer has skipped "
                + streak
                + " steps in a row: nothing is trained. Gradients overflow, or a guard refuses them."
            : "The optimizer skips "
                + Finding.figure(100 * share)
                + " % of its steps (about "
                + Finding.steps(skipped)
                + " lately). Gradients overflow, or a guard refuses them.");
  }
}
