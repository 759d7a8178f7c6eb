// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects an optimizer that clips far more elements than it did.
 *
 * <p><b>Definition.</b> With the level and reference of {@link OwnLevel}: info above {@value #SOME}
 * and {@value #FACTOR} times the reference; warning above {@value #MOST} and {@value #FACTOR} times
 * it.
 *
 * <p><b>Edges.</b> Never critical: clipping is what protects the weights, and what drives it shows
 * in gradients and losses. A run that clips much from the beginning is left alone. <b>Source.</b>
 * Optimizers that clip by element, such as SPAM (arXiv 2501.06842) and Stable-SPAM (arXiv
 * 2502.17055), clip a small share in calm runs; the factors are our own. There were no logs of it:
 * measured on made-up noise only.
 */
public final class UpdateClipping extends LevelDetector {
  private static final double SOME = 0.01;
  private static final double MOST = 0.5;
  private static final double FACTOR = 4;

  /** A detector that has seen nothing. */
  public UpdateClipping() {
    super(AlarmKind.UPDATE_CLIPPING, Signal.UPDATE_CLIP_SHARE, 0);
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.UPDATE_CLIP_SHARE);
  }

  @Override
  @Nullable Severity judge() {
    if (level.level() < SOME || !isAbove(FACTOR)) {
      return null;
    }
    return level.level() > MOST ? Severity.WARNING : Severity.INFO;
  }

  @Override
  void emit(Finding finding, Consumer<Verdict> verdicts) {
    finding
        .value(level.level(), Math.max(SOME, FACTOR * level.reference()))
        .evidence("before", level.reference())
        .emit(
            verdicts,
            "The optimizer clips "
                + Finding.figure(100 * level.level())
                + " % of the elements, and clipped "
                + Finding.figure(100 * level.reference())
                + " % before. Look at the gradient norm and the learning rate.");
  }
}
