// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * Finds a minimum by BFGS with a weak Wolfe line search.
 *
 * <p>Huber's loss with a tiny δ is nearly a sum of absolute values, full of kinks; with bisection
 * between too long and too short steps (Lewis and Overton), BFGS passes them; searches that
 * interpolate stop early. With five variables the whole inverse Hessian is kept.
 *
 * <p><b>Edges.</b> Points without a finite value count as too far. It ends when the gradient
 * vanishes, when {@value #STALLED} steps in a row gain nothing that a double can represent, or when
 * no step down is found even along the gradient. <b>Threads.</b> One object per thread.
 * <b>Cost.</b> One to two evaluations per iteration. <b>Source.</b> Lewis and Overton 2013,
 * "Nonsmooth optimization via quasi-Newton methods", algorithms 2.1 and 2.6.
 */
final class QuasiNewton {
  private static final double ARMIJO = 1e-4;
  private static final double WOLFE = 0.9;
  private static final int MOST_TRIALS = 40;
  private static final double FLAT = 1e-11;
  private static final double LEAST_GAIN = 1e-13;
  private static final int STALLED = 4;

  private final Objective objective;
  private final int size;
  private final double[][] inverse;
  private final double[] direction;
  private final double[] step;
  private final double[] change;
  private final double[] product;
  private double[] at;
  private double[] gradient;
  private double[] trial;
  private double[] trialGradient;
  private double value;
  private boolean converged;

  QuasiNewton(Objective objective) {
    this.objective = objective;
    this.size = objective.size();
    this.inverse = new double[size][size];
    this.direction = new double[size];
    this.step = new double[size];
    this.change = new double[size];
    this.product = new double[size];
    this.at = new double[size];
    this.gradient = new double[size];
    this.trial = new double[size];
    this.trialGradient = new double[size];
  }

  /** Descends from a start until {@link #converged()}, or for at most that many iterations. */
  QuasiNewton descend(double[] start, int mostIterations) {
    System.arraycopy(start, 0, at, 0, size);
    value = objective.value(at, gradient);
    converged = false;
    if (!Double.isFinite(value)) {
      return this;
    }
    reset();
    boolean fresh = true;
    int stalled = 0;
    for (int iteration = 0; iteration < mostIterations && !converged; iteration++) {
      aim();
      double before = value;
      if (largest(gradient) < FLAT) {
        converged = true;
      } else if (search()) {
        update(fresh);
        fresh = false;
        stalled = before - value <= LEAST_GAIN * Math.abs(before) ? stalled + 1 : 0;
        converged = stalled == STALLED;
      } else if (fresh) {
        converged = true;
      } else {
        reset();
        fresh = true;
      }
    }
    return this;
  }

  /** The end of the last descent. */
  double[] at() {
    return at.clone();
  }

  /** The value at the end. */
  double value() {
    return value;
  }

  /** Whether the last descent ended before the limit of iterations. */
  boolean converged() {
    return converged;
  }

  private void reset() {
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        inverse[i][j] = i == j ? 1 : 0;
      }
    }
  }

  /** Sets the direction to −H g. */
  private void aim() {
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum -= inverse[i][j] * gradient[j];
      }
      direction[i] = sum;
    }
  }

  /** Makes a step that descends and flattens enough; returns false when there is none. */
  private boolean search() {
    double slope = dot(gradient, direction);
    if (!(slope < 0)) {
      return false;
    }
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = 1;
    for (int i = 0; i < MOST_TRIALS; i++) {
      for (int j = 0; j < size; j++) {
        trial[j] = at[j] + length * direction[j];
      }
      double there = objective.value(trial, trialGradient);
      if (!(there <= value + ARMIJO * length * slope)) {
        high = length;
      } else if (!(dot(trialGradient, direction) >= WOLFE * slope)) {
        low = length;
      } else {
        moveTo(there);
        return true;
      }
      length = Double.isInfinite(high) ? 2 * low : (low + high) / 2;
    }
    return false;
  }

  private void moveTo(double there) {
    for (int j = 0; j < size; j++) {
      step[j] = trial[j] - at[j];
      change[j] = trialGradient[j] - gradient[j];
    }
    double[] old = at;
    at = trial;
    trial = old;
    old = gradient;
    gradient = trialGradient;
    trialGradient = old;
    value = there;
  }

  /** BFGS's update of the inverse Hessian; the first one sets its scale. */
  private void update(boolean first) {
    double curvature = dot(step, change);
    if (!(curvature > 0)) {
      return;
    }
    if (first) {
      double scale = curvature / dot(change, change);
      for (int i = 0; i < size; i++) {
        inverse[i][i] = scale;
      }
    }
    for (int i = 0; i < size; i++) {
      product[i] = dot(inverse[i], change);
    }
    double factor = (1 + dot(change, product) / curvature) / curvature;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        inverse[i][j] +=
            factor * step[i] * step[j] - (product[i] * step[j] + step[i] * product[j]) / curvature;
      }
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static double largest(double[] x) {
    double most = 0;
    for (double v : x) {
      most = Math.max(most, Math.abs(v));
    }
    return most;
  }
}
