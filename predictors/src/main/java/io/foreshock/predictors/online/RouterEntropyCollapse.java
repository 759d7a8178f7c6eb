// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.VariantField;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a routing entropy that falls fast: tokens go to fewer and fewer experts.
 *
 * <p><b>Definition.</b> With the level m and reference r of {@link OwnLevel}: info below {@value
 * #FALLEN} r, warning below {@value #COLLAPSED} r. Where {@code experts} E is announced, and r was
 * within {@value #NEAR} of ln E, also info when the deficit ln E − m is {@value #DEFICIT_FACTOR}
 * times ln E − r and above {@value #DEFICIT} ln E, after {@value #SETTLED_STEPS} steps: Marin pages
 * at 5.92 of 5.951.
 *
 * <p><b>Edges.</b> Nothing in the first {@value #WARM_UP_STEPS} steps. Senders measure either the
 * entropy of each token's routing, which falls in healthy runs as experts specialize, or that of
 * the mean load, which stays near ln E; so only a fall within a quarter of the run so far counts.
 * Never critical: a router that is sure of each token can still use all experts; see {@link
 * ExpertOverload}. <b>Source.</b> Marin's on-call contract (marin#8435); router drift: Trinity
 * Large (arXiv 2602.17004). There were no public logs of it: measured on computed runs.
 */
public final class RouterEntropyCollapse extends LevelDetector {
  private static final double FALLEN = 0.6;
  private static final double COLLAPSED = 0.3;
  private static final double NEAR = 0.97;
  private static final double DEFICIT = 0.005;
  private static final double DEFICIT_FACTOR = 3;
  private static final int WARM_UP_STEPS = 100;
  private static final int SETTLED_STEPS = 2000;

  private double uniform = Double.NaN;

  /** A detector that has seen nothing. */
  public RouterEntropyCollapse() {
    super(AlarmKind.ROUTER_ENTROPY_COLLAPSE, Signal.ROUTER_ENTROPY, WARM_UP_STEPS);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.ROUTER_ENTROPY);
  }

  @Override
  public void configure(RunConfig config) {
    uniform = Math.log(config.number(VariantField.EXPERTS).orElse(Double.NaN));
  }

  @Override
  @Nullable Severity judge() {
    if (isBelow(COLLAPSED)) {
      return Severity.WARNING;
    }
    return isBelow(FALLEN) || leavesUniform() ? Severity.INFO : null;
  }

  private boolean leavesUniform() {
    double deficit = uniform - level.level();
    return level.reference() > NEAR * uniform
        && level.steps() >= SETTLED_STEPS
        && deficit > DEFICIT * uniform
        && deficit > DEFICIT_FACTOR * (uniform - level.reference())
        && isBelow(1);
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding.value(level.level(), FALLEN * level.reference()).evidence("before", level.reference());
    if (!Double.isNaN(uniform)) {
      finding.evidence("uniform", uniform);
    }
    finding.emit(
        verdicts,
        "Routing entropy has fallen from "
            + Finding.figure(level.reference())
            + " to "
            + Finding.figure(level.level())
            + " nats"
            + (Double.isNaN(uniform) ? "" : " (uniform: " + Finding.figure(uniform) + ")")
            + ": tokens go to fewer experts.");
  }
}
