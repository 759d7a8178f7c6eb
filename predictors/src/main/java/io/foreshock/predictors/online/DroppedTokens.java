// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects a share of dropped tokens well above its own level: experts overflow.
 *
 * <p><b>Definition.</b> With the level and reference of {@link OwnLevel}: info above {@value
 * #NOTABLE} and {@value #NOTABLE_FACTOR} times the reference; warning above {@value #MANY} and
 * {@value #MANY_FACTOR} times it, or above {@value #MOST} whatever the reference is, after {@value
 * #SETTLED_STEPS} steps.
 *
 * <p><b>Edges.</b> Nothing in the first {@value #WARM_UP_STEPS} steps: experts that are not
 * balanced yet drop many tokens. Never critical: what is dropped passes the layer unchanged, and
 * runs with a small capacity drop a tenth for good. <b>Source.</b> Marin's on-call contract
 * announces 7 % (marin#8435); the factors are our own. There were no public logs of it: measured on
 * computed runs.
 */
public final class DroppedTokens extends LevelDetector {
  private static final double NOTABLE = 0.07;
  private static final double NOTABLE_FACTOR = 2;
  private static final double MANY = 0.2;
  private static final double MANY_FACTOR = 3;
  private static final double MOST = 0.5;
  private static final int WARM_UP_STEPS = 100;
  private static final int SETTLED_STEPS = 500;

  /** A detector that has seen nothing. */
  public DroppedTokens() {
    super(AlarmKind.DROPPED_TOKENS, Signal.DROPPED_TOKEN_SHARE, WARM_UP_STEPS);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.DROPPED_TOKEN_SHARE);
  }

  @Override
  @Nullable Severity judge() {
    double share = level.level();
    if (share > MANY && isAbove(MANY_FACTOR) || share > MOST && level.steps() >= SETTLED_STEPS) {
      return Severity.WARNING;
    }
    return share > NOTABLE && isAbove(NOTABLE_FACTOR) ? Severity.INFO : null;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding
        .value(level.level(), Math.max(NOTABLE, NOTABLE_FACTOR * level.reference()))
        .evidence("before", level.reference())
        .emit(
            verdicts,
            "Experts drop "
                + Finding.figure(100 * level.level())
                + " % of the tokens"
                + (isAbove(NOTABLE_FACTOR)
                    ? ", and dropped " + Finding.figure(100 * level.reference()) + " % before"
                    : "")
                + ". Compare the load of the experts, the balancing loss and the capacity.");
  }
}
