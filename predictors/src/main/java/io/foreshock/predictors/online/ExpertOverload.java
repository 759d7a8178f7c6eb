// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.VariantField;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a busiest expert whose load runs away from the mean: the routing collapses.
 *
 * <p><b>Definition.</b> The maximum violation is at most V = E / k − 1, with {@code experts} E and
 * {@code active_experts} k: then all tokens use the same k experts. With the level m and reference
 * r of {@link OwnLevel}: info when m is above {@value #RISEN} r and {@value #NOTABLE} higher;
 * warning above {@value #FAR} r and {@value #MUCH} higher, or above {@value #HALF} V and {@value
 * #CLEARLY} r; critical above {@value #MOST} V and {@value #CLEARLY} r. Above {@value #ALL} V after
 * {@value #SETTLED_STEPS} steps it is a warning whatever r is: it was never balanced.
 *
 * <p><b>Edges.</b> Nothing in the first {@value #WARM_UP_STEPS} steps. Without E and k, or with V
 * below 1, never critical. <b>Source.</b> Trinity Large (arXiv 2602.17004): router drift, then
 * overload, then a diverging maximum violation, then a loss that stops falling; levels of healthy
 * runs: loss-free balancing (arXiv 2408.15664). There were no public logs of it: measured on
 * computed runs.
 */
public final class ExpertOverload extends LevelDetector {
  private static final double RISEN = 2;
  private static final double NOTABLE = 0.25;
  private static final double FAR = 4;
  private static final double MUCH = 1;
  private static final double CLEARLY = 1.5;
  private static final double HALF = 0.5;
  private static final double MOST = 0.7;
  private static final double ALL = 0.9;
  private static final int WARM_UP_STEPS = 100;
  private static final int SETTLED_STEPS = 500;

  private double most = Double.NaN;

  /** A detector that has seen nothing. */
  public ExpertOverload() {
    super(AlarmKind.EXPERT_OVERLOAD, Signal.EXPERT_MAX_VIOLATION, WARM_UP_STEPS);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.EXPERT_MAX_VIOLATION);
  }

  @Override
  public void configure(RunConfig config) {
    double experts = config.number(VariantField.EXPERTS).orElse(Double.NaN);
    double active = config.number(VariantField.ACTIVE_EXPERTS).orElse(Double.NaN);
    double largest = experts / active - 1;
    most = active >= 1 && largest >= 1 ? largest : Double.NaN;
  }

  @Override
  @Nullable Severity judge() {
    double violation = level.level();
    double rise = violation - level.reference();
    if (violation > MOST * most && isAbove(CLEARLY)) {
      return Severity.CRITICAL;
    }
    if (violation > HALF * most && isAbove(CLEARLY)
        || rise > MUCH && isAbove(FAR)
        || violation > ALL * most && level.steps() >= SETTLED_STEPS) {
      return Severity.WARNING;
    }
    return rise > NOTABLE && isAbove(RISEN) ? Severity.INFO : null;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding.value(level.level(), RISEN * level.reference()).evidence("before", level.reference());
    if (!Double.isNaN(most)) {
      finding.evidence("most_possible", most);
    }
    finding.emit(
        verdicts,
        "The busiest expert has "
            + Finding.figure(1 + level.level())
            + " times the mean load, and had "
            + Finding.figure(1 + level.reference())
            + " times before"
            + (Double.isNaN(most)
                ? "."
                : "; at most "
                    + Finding.figure(1 + most)
                    + " times are possible. The routing collapses onto few experts."));
  }
}
