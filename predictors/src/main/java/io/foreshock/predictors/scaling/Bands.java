// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Computes the bands of all signals for one size and learning rate, from runs of others. */
record Bands(Kin kin, Recipe asked, long totalSteps) {
  /** Smallest factor of a band, because no run repeats another to less than a percent. */
  private static final double LEAST_FACTOR = 1.01;

  /** Largest distance of sizes, in powers of ten, that need no trend between them. */
  private static final double SAME = 0.05;

  /** Returns the bands for which there are enough runs. */
  List<Band> all(double parameters, double rate) {
    List<Band> bands = new ArrayList<>();
    for (TrendSignal signal : TrendSignal.values()) {
      Band band = band(signal, parameters, rate);
      if (!band.empty()) {
        bands.add(band);
      }
    }
    return bands;
  }

  private Band band(TrendSignal signal, double parameters, double rate) {
    List<Long> steps = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    for (int k = 0; k < Milestones.COUNT && Milestones.step(k) <= totalSteps; k++) {
      long step = Milestones.step(k);
      List<TrendSurface.Point> points = points(signal, step);
      Optional<TrendSurface> surface =
          TrendSurface.of(points)
              .filter(fitted -> fitted.dependsOnSize() || areOfSize(parameters, points));
      if (surface.isPresent()) {
        double expected = Math.pow(10, surface.get().log10(parameters, rate));
        double factor =
            Math.max(LEAST_FACTOR, Math.pow(10, surface.get().halfWidth(parameters, rate)));
        if (Double.isFinite(expected) && expected > 0 && Double.isFinite(factor)) {
          steps.add(step);
          values.add(new double[] {expected, factor});
        }
      }
    }
    return new Band(
        signal,
        steps.stream().mapToLong(Long::longValue).toArray(),
        values.stream().mapToDouble(value -> value[0]).toArray(),
        values.stream().mapToDouble(value -> value[1]).toArray());
  }

  private static boolean areOfSize(double parameters, List<TrendSurface.Point> points) {
    return points.stream()
        .filter(point -> point.value() > 0)
        .allMatch(point -> Math.abs(Math.log10(point.parameters() / parameters)) < SAME);
  }

  private List<TrendSurface.Point> points(TrendSignal signal, long step) {
    OptionalDouble tokens = asked.positive(ConfigField.BATCH_TOKENS);
    List<TrendSurface.Point> points = new ArrayList<>();
    for (RunSummary run : kin.runs()) {
      Recipe recipe = new Recipe(run.config());
      OptionalDouble theirs = recipe.positive(ConfigField.BATCH_TOKENS);
      boolean byTokens = signal == TrendSignal.LOSS && tokens.isPresent() && theirs.isPresent();
      double at = byTokens ? step * tokens.getAsDouble() / theirs.getAsDouble() : step;
      points.add(
          new TrendSurface.Point(
              kin.size(run),
              recipe.learningRate().getAsDouble(),
              value(run.milestones(signal), at)));
    }
    return points;
  }

  /** Returns a run's value at a step, interpolated in logarithms; NaN outside of the milestones. */
  private static double value(double[] milestones, double step) {
    for (int k = 0; k < Milestones.COUNT; k++) {
      if (step == Milestones.step(k)) {
        return milestones[k];
      }
      if (k + 1 < Milestones.COUNT && step > Milestones.step(k) && step < Milestones.step(k + 1)) {
        double share =
            Math.log(step / Milestones.step(k))
                / Math.log((double) Milestones.step(k + 1) / Milestones.step(k));
        return milestones[k] * Math.pow(milestones[k + 1] / milestones[k], share);
      }
    }
    return Double.NaN;
  }
}
