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

/**
 * Whether a run has left the bands that runs of other sizes and rates predict for it, on the side
 * where trouble is: attention logits and loss above, gradients below.
 *
 * <p><b>Definition.</b> A signal is off by ln(now / expected) / ln(factor) in its direction, now as
 * {@link Summarizer} smooths it, expected and factor as the {@link Band} has them at this step; the
 * run is off trend while any signal is off by more than {@value PreflightScore#FAR} for as long as
 * {@link Hold} asks. The band holds 95 % of runs at one step, and a run has many steps: hence more
 * than 1.
 *
 * <p><b>Edges.</b> Never off without bands, nor at steps outside of them.
 */
final class OffTrend {
  private final Hold hold = new Hold();
  private List<Band> bands = List.of();
  private boolean off;
  private Band worst;
  private double value;
  private double expected;

  /** Sets the bands; not part of the state. */
  void expect(List<Band> expected) {
    bands = List.copyOf(expected);
  }

  /** Looks at the run after a step's loss. */
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
    off = hold.holds(beyond);
  }

  /** Whether the run is off now, and was for some samples. */
  boolean off() {
    return off;
  }

  /** The signal farthest off; meaningful while {@link #off}. */
  TrendSignal signal() {
    return worst.signal();
  }

  /** What a person is told. */
  String text() {
    return "%s %s where runs of other sizes have it at %s"
        .formatted(signal().meaning(), Finding.figure(value), Finding.figure(expected));
  }

  /** Saves or restores how long it has been off. */
  void exchange(State state) {
    hold.exchange(state);
  }
}
