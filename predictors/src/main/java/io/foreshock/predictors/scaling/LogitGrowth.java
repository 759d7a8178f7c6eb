// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Fit of how the largest attention logit grows with model size, from runs of several sizes and
 * learning rates.
 *
 * <p><b>Definition.</b> For each learning rate log10 z is a quadratic in log10 N ({@link
 * LogitShape}), fitted by least squares. z is the largest attention logit of block 0 at one early
 * step, N the parameters without embedding and head. The interval of a prediction is that of a new
 * run: ± t · s · √(1 + h), h the leverage. s is the residual deviation at the learning rate where
 * it has {@value #OWN_DEGREES} degrees of freedom, otherwise pooled over the learning rates. Where
 * every curve goes through its points exactly (three sizes, one run each), s is that of one
 * quadratic surface through all points; it is too large if that surface is wrong. Between two
 * fitted learning rates predictions are interpolated in log η; outside of them there are none.
 *
 * <p><b>Edges.</b> Two sizes give a line, one size gives no curve. A run without a finite logit is
 * left out and counted, because the size of its logit is unknown, although it is unstable. A finite
 * logit above the limit is kept, because it shows where the limit is.
 *
 * <p><b>Threads.</b> Immutable. <b>Cost.</b> Microseconds. <b>Source.</b> Wortsman et al. 2023
 * (arXiv 2309.14322), section 3.3 and figure 9: block 0 at step 2,000 of 100,000, every run with z
 * above 1e4 diverged. The axes' logarithms and the intervals are our own.
 */
public final class LogitGrowth {
  /** Limit above which every run of the paper had diverged. */
  public static final double USUAL_LIMIT = 1e4;

  private static final int OWN_DEGREES = 5;

  private final TreeMap<Double, LogitCurve> curves = new TreeMap<>();
  private final List<Double> withoutBasis = new ArrayList<>();
  private final List<String> caveats = new ArrayList<>();
  private final LogitShape shape;
  private final double limit;
  private final int excluded;
  private final @Nullable JointSurface surface;

  private LogitGrowth(List<TrendPoint> points, LogitShape shape, double limit) {
    this.shape = shape;
    this.limit = limit;
    List<TrendPoint> measured = points.stream().filter(TrendPoint::measured).toList();
    excluded = points.size() - measured.size();
    TreeMap<Double, List<TrendPoint>> rates = new TreeMap<>();
    points.forEach(point -> rates.computeIfAbsent(point.learningRate(), r -> new ArrayList<>()));
    measured.forEach(
        point -> rates.computeIfAbsent(point.learningRate(), rate -> new ArrayList<>()).add(point));
    surface = shape == LogitShape.JOINT ? JointSurface.of(measured).orElse(null) : null;
    if (shape == LogitShape.JOINT) {
      rates.forEach(this::cut);
    } else {
      fitEach(rates, measured);
    }
    addCaveats();
  }

  /**
   * Fits the runs of a sweep; there may be several runs of one size and learning rate.
   *
   * @param points at least one
   * @param shape {@link LogitShape#QUADRATIC} as in the paper
   * @param limit the logit not to be reached, above 0; usually {@link #USUAL_LIMIT}
   * @throws IllegalArgumentException when there are no points or the limit is not above 0
   */
  public static LogitGrowth fit(List<TrendPoint> points, LogitShape shape, double limit) {
    TrendPoint.positive("limit", limit);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no points: expected runs of at least two sizes");
    }
    return new LogitGrowth(points, shape, limit);
  }

  /** The curves, by rising learning rate, without the learning rates that have no basis. */
  public List<LogitCurve> curves() {
    return List.copyOf(curves.values());
  }

  /** Learning rates whose runs determine no curve: with one size only, or without a logit. */
  public List<Double> withoutBasis() {
    return List.copyOf(withoutBasis);
  }

  /** Number of runs that were left out because their logit was not finite. */
  public int excluded() {
    return excluded;
  }

  /** The shape that was fitted. */
  public LogitShape shape() {
    return shape;
  }

  /** The logit not to be reached. */
  public double limit() {
    return limit;
  }

  /** Limits of the fit that a reader must know, one sentence each. */
  public List<String> caveats() {
    return List.copyOf(caveats);
  }

  /** Predicts the logit of a run; empty when its learning rate is outside of the fitted ones. */
  public Optional<Prediction> predict(double parameters, double learningRate) {
    TrendPoint.positive("learningRate", learningRate);
    Map.Entry<Double, LogitCurve> below = curves.floorEntry(learningRate);
    Map.Entry<Double, LogitCurve> above = curves.ceilingEntry(learningRate);
    if (below == null || above == null) {
      return Optional.empty();
    }
    if (below.getKey().equals(above.getKey())) {
      return Optional.of(below.getValue().predict(parameters));
    }
    if (surface != null) {
      return Optional.of(surface.curve(learningRate, limit).predict(parameters));
    }
    double share =
        Math.log(learningRate / below.getKey()) / Math.log(above.getKey() / below.getKey());
    Prediction a = below.getValue().predict(parameters);
    Prediction b = above.getValue().predict(parameters);
    return Optional.of(
        new Prediction(
            parameters,
            learningRate,
            between(a.value(), b.value(), share),
            between(a.low(), b.low(), share),
            between(a.high(), b.high(), share),
            Math.max(a.decadesOutside(), b.decadesOutside())));
  }

  /**
   * Returns the learning rate at which a model of that size is expected to reach the limit,
   * searched within the fitted learning rates only.
   *
   * @throws IllegalArgumentException when there is no curve at all
   */
  public Crossing criticalLearningRate(double parameters) {
    if (curves.isEmpty()) {
      throw new IllegalArgumentException("no curve: expected runs of at least two sizes");
    }
    Range rates = new Range(Math.log10(curves.firstKey()), Math.log10(curves.lastKey()));
    return Crossing.of(
        new Crossing.Excess(
            h -> at(parameters, h, Prediction::high),
            h -> at(parameters, h, Prediction::value),
            h -> at(parameters, h, Prediction::low)),
        rates,
        rates);
  }

  private double at(double parameters, double logRate, ToDoubleFunction<Prediction> part) {
    double rate = Math.max(curves.firstKey(), Math.min(curves.lastKey(), Math.pow(10, logRate)));
    double value = part.applyAsDouble(predict(parameters, rate).orElseThrow());
    return Math.log10(value / limit);
  }

  private static double between(double a, double b, double share) {
    return Math.exp((1 - share) * Math.log(a) + share * Math.log(b));
  }

  private void cut(double rate, List<TrendPoint> runs) {
    if (surface == null || runs.isEmpty()) {
      withoutBasis.add(rate);
    } else {
      curves.put(rate, surface.curve(rate, limit));
    }
  }

  private void fitEach(TreeMap<Double, List<TrendPoint>> rates, List<TrendPoint> measured) {
    TreeMap<Double, Regression> fits = new TreeMap<>();
    double squares = 0;
    int degrees = 0;
    for (Map.Entry<Double, List<TrendPoint>> rate : rates.entrySet()) {
      long sizes = rate.getValue().stream().mapToDouble(TrendPoint::parameters).distinct().count();
      if (sizes < 2) {
        withoutBasis.add(rate.getKey());
        continue;
      }
      Regression fit = polynomial(rate.getValue(), shape == LogitShape.LINE || sizes < 3 ? 1 : 2);
      fits.put(rate.getKey(), fit);
      squares += fit.residualSquares();
      degrees += fit.degrees();
    }
    Noise pooled = degrees > 0 ? Noise.of(squares, degrees) : offSurface(measured);
    for (Map.Entry<Double, List<TrendPoint>> rate : rates.entrySet()) {
      Regression fit = fits.get(rate.getKey());
      if (fit != null) {
        curves.put(rate.getKey(), curve(rate.getKey(), rate.getValue(), fit, pooled));
      }
    }
    if (!curves.isEmpty() && degrees == 0) {
      addExact(pooled);
    }
  }

  private static Noise offSurface(List<TrendPoint> points) {
    return JointSurface.of(points).map(JointSurface::noise).orElse(Noise.UNKNOWN);
  }

  private LogitCurve curve(double rate, List<TrendPoint> runs, Regression fit, Noise pooled) {
    boolean own = fit.degrees() >= OWN_DEGREES;
    int degree = fit.coefficients().length - 1;
    return new LogitCurve(
        rate,
        fit.coefficients(),
        runs.size(),
        JointSurface.sizes(runs),
        fit,
        n -> Regression.powers(n, degree),
        own ? Noise.of(fit.residualSquares(), fit.degrees()) : pooled,
        limit);
  }

  private static Regression polynomial(List<TrendPoint> runs, int degree) {
    return Regression.polynomial(
        runs.stream().mapToDouble(run -> Math.log10(run.parameters())).toArray(),
        runs.stream().mapToDouble(run -> Math.log10(run.value())).toArray(),
        degree);
  }

  private void addExact(Noise noise) {
    caveats.add(
        noise.known()
            ? "every curve goes through its points exactly, so the intervals come from how far the"
                + " points lie off one quadratic surface over size and learning rate"
            : "every curve goes through its points exactly, so there are no intervals");
  }

  private void addCaveats() {
    if (excluded > 0) {
      caveats.add(TrendPoint.leftOut(excluded, "attention logit"));
    }
    if (!withoutBasis.isEmpty()) {
      caveats.add(
          "no basis for a curve at learning rate "
              + String.join(", ", withoutBasis.stream().map(String::valueOf).toList())
              + ": expected runs of at least two sizes");
    }
    List<String> lines =
        curves.values().stream()
            .filter(curve -> shape == LogitShape.QUADRATIC && curve.coefficients()[2] == 0)
            .map(curve -> String.valueOf(curve.learningRate()))
            .toList();
    if (!lines.isEmpty()) {
      caveats.add(
          "two sizes give a line, no quadratic, at learning rate " + String.join(", ", lines));
    }
  }
}
