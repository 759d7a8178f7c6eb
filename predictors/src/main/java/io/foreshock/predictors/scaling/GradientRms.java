// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fit of how a layer's gradients shrink with model size and learning rate, and where they reach
 * Adam's ε.
 *
 * <p><b>Definition.</b> log10 g = c₀ + c₁ n + c₂ h (+ c₃ n h) with n = log10 N, h = log10 η, by
 * least squares; g is the RMS of the first layer's gradient towards the end of training. c₂ needs
 * two learning rates; c₃ needs three sizes, three learning rates and a lower corrected Akaike
 * criterion than the fit without. Intervals are those of a new run, ± t · s · √(1 + leverage).
 *
 * <p><b>Edges.</b> Where g falls to ε, updates collapse, because g / (√v + ε) is no longer near ±1.
 * A run without a finite gradient is left out and counted.
 *
 * <p><b>Threads.</b> Immutable. <b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322), section
 * 3.4, figures 11 to 13: plotted against N and η there, not fitted; the form is our own.
 */
public final class GradientRms {
  /** AdamW's usual ε. */
  public static final double USUAL_EPSILON = 1e-8;

  /** No model has more parameters. */
  private static final double LARGEST_DECADE = 15;

  private final double epsilon;
  private final int excluded;
  private final Range sizes;
  private final List<Double> rates;
  private final Regression regression;
  private final Noise noise;
  private final boolean slope;
  private final boolean interaction;
  private final List<String> caveats = new ArrayList<>();

  private GradientRms(List<TrendPoint> points, double epsilon) {
    this.epsilon = epsilon;
    List<TrendPoint> measured = points.stream().filter(TrendPoint::measured).toList();
    excluded = points.size() - measured.size();
    rates = measured.stream().map(TrendPoint::learningRate).distinct().sorted().toList();
    long distinct = measured.stream().mapToDouble(TrendPoint::parameters).distinct().count();
    if (distinct < 2) {
      throw new IllegalArgumentException(
          distinct + " sizes with a gradient: expected runs of at least two sizes");
    }
    sizes = JointSurface.sizes(measured);
    slope = rates.size() > 1;
    Regression plain = regression(measured, slope, false);
    Optional<Regression> crossed =
        distinct >= 3 && rates.size() >= 3 ? crossed(measured, plain) : Optional.empty();
    interaction = crossed.isPresent();
    regression = crossed.orElse(plain);
    noise = Noise.of(regression.residualSquares(), regression.degrees());
    addCaveats(distinct);
  }

  /**
   * Fits the runs of a sweep.
   *
   * @param points of at least two sizes
   * @param epsilon AdamW's ε, above 0; usually {@link #USUAL_EPSILON}
   * @throws IllegalArgumentException when the points do not determine a fit
   */
  public static GradientRms fit(List<TrendPoint> points, double epsilon) {
    TrendPoint.positive("epsilon", epsilon);
    return new GradientRms(points, epsilon);
  }

  /** c₀, c₁, c₂, c₃; 0 where a term is left out. */
  public double[] coefficients() {
    double[] fitted = regression.coefficients();
    return new double[] {fitted[0], fitted[1], slope ? fitted[2] : 0, interaction ? fitted[3] : 0};
  }

  /** The learning rates of the fitted runs, rising. */
  public List<Double> learningRates() {
    return rates;
  }

  /** Number of runs that were left out because their gradient was not finite. */
  public int excluded() {
    return excluded;
  }

  /** Standard deviation of runs around the fit, in decades; NaN without residuals. */
  public double deviationDecades() {
    return noise.deviation();
  }

  /** AdamW's ε. */
  public double epsilon() {
    return epsilon;
  }

  /** Limits of the fit that a reader must know, one sentence each. */
  public List<String> caveats() {
    return List.copyOf(caveats);
  }

  /** Predicts the gradient RMS of a run. */
  public Prediction predict(double parameters, double learningRate) {
    TrendPoint.positive("parameters", parameters);
    TrendPoint.positive("learningRate", learningRate);
    double n = Math.log10(parameters);
    double[] row = row(n, Math.log10(learningRate), slope, interaction);
    double value = regression.value(row);
    double half = noise.half(regression.leverage(row));
    return Prediction.ofLog10(parameters, learningRate, value, half, sizes.outside(n));
  }

  /** Returns the size at which gradients at a learning rate fall to ε, searched up to 1e15. */
  public Crossing criticalParameters(double learningRate) {
    TrendPoint.positive("learningRate", learningRate);
    double h = Math.log10(learningRate);
    return Crossing.of(
        new Crossing.Excess(
            n -> -value(n, h) + half(n, h), n -> -value(n, h), n -> -value(n, h) - half(n, h)),
        sizes,
        new Range(0, Math.max(LARGEST_DECADE, sizes.to())));
  }

  /** Gradient in decades above ε. */
  private double value(double n, double h) {
    return regression.value(row(n, h, slope, interaction)) - Math.log10(epsilon);
  }

  private double half(double n, double h) {
    return noise.half(regression.leverage(row(n, h, slope, interaction)));
  }

  private static Optional<Regression> crossed(List<TrendPoint> points, Regression plain) {
    try {
      Regression crossed = regression(points, true, true);
      return crossed.informationCriterion() < plain.informationCriterion()
          ? Optional.of(crossed)
          : Optional.empty();
    } catch (IllegalArgumentException undetermined) {
      return Optional.empty();
    }
  }

  private static Regression regression(
      List<TrendPoint> points, boolean slope, boolean interaction) {
    return Regression.ofLogs(points, (n, h) -> row(n, h, slope, interaction));
  }

  private static double[] row(double n, double h, boolean slope, boolean interaction) {
    return interaction
        ? new double[] {1, n, h, n * h}
        : slope ? new double[] {1, n, h} : new double[] {1, n};
  }

  private void addCaveats(long distinct) {
    if (excluded > 0) {
      caveats.add(TrendPoint.leftOut(excluded, "gradient RMS"));
    }
    if (!slope) {
      caveats.add("there is one learning rate only, so the fit holds for no other");
    }
    if (distinct == 2) {
      caveats.add("there are two sizes only, so it is unknown whether the trend is straight");
    }
    if (!noise.known()) {
      caveats.add("the fit goes through its points exactly, so there are no intervals");
    }
  }
}
