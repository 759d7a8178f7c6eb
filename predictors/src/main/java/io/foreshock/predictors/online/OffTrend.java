// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.Hold;
import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.scaling.Summarizer;
import io.foreshock.predictors.scaling.TrendSignal;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds whether a run has left the bands that runs of other sizes and learning rates predict for
 * it, on the bad side: attention logits and loss above, gradients below.
 *
 * <p><b>Definition.</b> A signal is off by ln(now / expected) / ln(factor) in its bad direction.
 * {@link Summarizer} smooths now; the {@link Band} holds expected and factor at this step. The run
 * is off trend while any signal is off by more than {@value PreflightScore#FAR}, for as many
 * samples as {@link Hold} requires. The limit is above 1 because the band holds 95 % of runs at one
 * step, and a run has many steps.
 *
 * <p><b>Edges.</b> A run is never off trend without bands, or at steps outside of them.
 */
final class OffTrend {
  private final Hold hold = new Hold();
  private List<Band> bands = List.of();
  private boolean off;
  private @Nullable Band worst;
  private double value;
  private double expected;

  /** Sets the bands; not part of the state. */
  void expect(List<Band> expected) {
    bands = List.copyOf(expected);
  }

  /** Compares the run with its bands after the loss of a step. */
  void update(Sample sample, Summarizer run) {
    double farthest = PreflightScore.FAR;
    boolean beyond = false;
    for (int i = 0; i < bands.size(); i++) {
      Band band = bands.get(i);
      double middle = band.expected(sample.step());
      double now = run.now(band.signal());
      double distance = Math.log(now / middle) / Math.log(band.factor(sample.step()));
      distance *= band.signal().worse();
      if (distance > farthest) {
        farthest = distance;
        beyond = true;
        worst = band;
        value = now;
        expected = middle;
      }
    }
    off = hold.holds(sample.step(), beyond);
  }

  /** Whether the run is off trend now and has been for some samples. */
  boolean off() {
    return off;
  }

  /** The signal that is farthest off; call it only while {@link #off}. */
  TrendSignal signal() {
    if (worst == null) {
      throw new IllegalStateException("the run is not off trend");
    }
    return worst.signal();
  }

  /** Description for a message. */
  String text() {
    return "%s %s, where runs of other sizes predict %s"
        .formatted(signal().meaning(), Finding.figure(value), Finding.figure(expected));
  }

  /** Saves or restores for how many samples the run has been off. */
  void exchange(State state) {
    hold.exchange(state);
  }
}
