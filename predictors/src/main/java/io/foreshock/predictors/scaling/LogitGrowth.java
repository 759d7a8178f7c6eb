// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.scaling.Crossing.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * How the largest attention logit grows with the model, from runs of several sizes and rates.
 *
 * <p><b>Definition.</b> For each learning rate log10 z is a quadratic in log10 N ({@link
 * LogitShape}), fitted by least squares. z is the largest attention logit of block 0 at one early
 * step, N the parameters without embedding and head. The interval of a prediction is that of a new
 * run: ± t · s · √(1 + h), h the leverage. s is the rate's own residual deviation where it has
 * {@value #OWN_DEGREES} degrees of freedom; else pooled over the rates; where every curve goes
 * through its points exactly (three sizes, one run each), that of one quadratic surface through all
 * points, which a wrong surface makes too large. Between two fitted rates predictions are
 * interpolated in log η; beyond them there are none.
 *
 * <p><b>Edges.</b> Two sizes give a line, one no curve. A run whose logit overflowed or was not to
 * be had is left out and counted: it is unstable, but how large its logit would have been nobody
 * knows. A finite logit beyond the limit is kept: it is what tells where the limit is.
 *
 * <p><b>Threads.</b> Immutable. <b>Cost.</b> Microseconds. <b>Source.</b> Wortsman et al. 2023
 * (arXiv 2309.14322), section 3.3 and figure 9: block 0 at step 2,000 of 100,000, every run with z
 * above 1e4 diverged. The axes' logarithms and the intervals are our own.
 */
public final class LogitGrowth {
  /** Above it every run of the paper had diverged. */
  public static final double USUAL_LIMIT = 1e4;

  private static final int OWN_DEGREES = 5;

  private final TreeMap<Double, LogitCurve> curves = new TreeMap<>();
  private final List<Double> withoutBasis = new ArrayList<>();
  private final List<String> caveats = new ArrayList<>();
  private final LogitShape shape;
  private final double limit;
  private final int excluded;
  private JointSurface surface;

  private LogitGrowth(List<TrendPoint> points, LogitShape shape, double limit) {
    this.shape = shape;
    this.limit = limit;
    List<TrendPoint> measured = points.stream().filter(TrendPoint::measured).toList();
    excluded = points.size() - measured.size();
    TreeMap<Double, List<TrendPoint>> rates = new TreeMap<>();
    points.forEach(point -> rates.computeIfAbsent(point.learningRate(), r -> new ArrayList<>()));
    measured.forEach(point -> rates.get(point.learningRate()).add(point));
    if (shape == LogitShape.JOINT) {
      surface = JointSurface.of(measured).orElse(null);
      rates.forEach(this::cut);
    } else {
      fitEach(rates, measured);
    }
    tellCaveats();
  }

  /**
   * Fits the runs of a sweep; runs of one size and rate may be several.
   *
   * @param points at least one
   * @param shape {@link LogitShape#QUADRATIC} as in the paper
   * @param limit the logit not to be reached, above 0; usually {@link #USUAL_LIMIT}
   * @throws IllegalArgumentException when there are no points or the limit is none
   */
  public static LogitGrowth fit(List<TrendPoint> points, LogitShape shape, double limit) {
    TrendPoint.positive("limit", limit);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no points: expected runs of at least two sizes");
    }
    return new LogitGrowth(points, shape, limit);
  }

  /** The curves, by rising rate; none where there is no basis for one. */
  public List<LogitCurve> curves() {
    return List.copyOf(curves.values());
  }

  /** Rates whose runs determine no curve: one size only, or none with a logit. */
  public List<Double> withoutBasis() {
    return List.copyOf(withoutBasis);
  }

  /** Runs left out because their logit was no finite number. */
  public int excluded() {
    return excluded;
  }

  /** What it was fitted as. */
  public LogitShape shape() {
    return shape;
  }

  /** The logit not to be reached. */
  public double limit() {
    return limit;
  }

  /** What a reader has to know to trust the numbers, a sentence each. */
  public List<String> caveats() {
    return List.copyOf(caveats);
  }

  /** What a run is expected to show; empty where its rate is outside of the fitted ones. */
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
   * The learning rate at which a model of that size is expected to reach the limit; looked for
   * within the fitted rates only.
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
    for (Map.Entry<Double, Regression> fit : fits.entrySet()) {
      List<TrendPoint> runs = rates.get(fit.getKey());
      curves.put(fit.getKey(), curve(fit.getKey(), runs, fit.getValue(), pooled));
    }
    if (!curves.isEmpty() && degrees == 0) {
      tellExact(pooled);
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

  private void tellExact(Noise noise) {
    caveats.add(
        noise.known()
            ? "every curve goes through its points exactly: intervals come from how far the points"
                + " lie off one quadratic surface over size and rate"
            : "every curve goes through its points exactly: there are no intervals");
  }

  private void tellCaveats() {
    if (excluded > 0) {
      caveats.add(
          excluded
              + (excluded == 1 ? " run has" : " runs have")
              + " no finite attention logit: left out of the fit");
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
