// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a range of the balancing bias that grows without end: the router outruns the balancing.
 *
 * <p><b>Definition.</b> With the level and reference of {@link OwnLevel}: info above {@value #GREW}
 * times the reference, warning above {@value #RAN_AWAY} times. After {@value #SETTLED_STEPS} steps
 * also info above {@value #LINEAR} times the reference, where growth at a steady pace since the
 * beginning stays (1.25 times): it has not begun to settle.
 *
 * <p><b>Edges.</b> Nothing in the first {@value #WARM_UP_STEPS} steps, because the bias grows from
 * 0 there. The bias has no scale of its own, since it depends on how scores are normalized, so
 * there is no limit. Never critical. <b>Source.</b> The bias: loss-free balancing (arXiv
 * 2408.15664); Marin announces a limit of its own (marin#8435). There were no public logs of it:
 * measured on computed runs.
 */
public final class RouterBiasGrowth extends LevelDetector {
  private static final double GREW = 1.6;
  private static final double RAN_AWAY = 3;
  private static final double LINEAR = 1.2;
  private static final int WARM_UP_STEPS = 200;
  private static final int SETTLED_STEPS = 4000;

  /** A detector that has seen nothing. */
  public RouterBiasGrowth() {
    super(AlarmKind.ROUTER_BIAS_GROWTH, Signal.ROUTER_BIAS_RANGE, WARM_UP_STEPS);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.ROUTER_BIAS_RANGE);
  }

  @Override
  @Nullable Severity judge() {
    if (isAbove(RAN_AWAY)) {
      return Severity.WARNING;
    }
    boolean unsettled = level.steps() >= SETTLED_STEPS && isAbove(LINEAR);
    return isAbove(GREW) || unsettled ? Severity.INFO : null;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding
        .value(level.level(), GREW * level.reference())
        .evidence("before", level.reference())
        .emit(
            verdicts,
            "The bias that balances the experts spans "
                + Finding.figure(level.level())
                + ", and spanned "
                + Finding.figure(level.reference())
                + " before: the router outruns the balancing.");
  }
}
