// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

/**
 * The learning rate as a pure function of the step, as a share of its peak.
 *
 * @param shape of the curve after the warm-up
 * @param warmupSteps steps of linear growth from 0, at least 0
 * @param totalSteps length of the run in steps, at least 1
 */
public record Schedule(Shape shape, long warmupSteps, long totalSteps) {

  /** The curve after the warm-up. */
  public enum Shape {
    /** Half a cosine from the peak down to {@link #FLOOR} of it. */
    COSINE,
    /** The peak until the end. */
    CONSTANT,
    /**
     * Exponential growth from {@link #FLOOR} of the peak, reached by the warm-up, to the peak at
     * the last step. The run passes every learning rate below its peak, and so becomes unstable.
     */
    RAMP
  }

  /** Least share of the peak after the warm-up. */
  public static final double FLOOR = 0.01;

  public Schedule {
    if (warmupSteps < 0 || totalSteps < 1) {
      throw new IllegalArgumentException(
          "warmup steps must be at least 0 and total steps at least 1, not %d and %d"
              .formatted(warmupSteps, totalSteps));
    }
  }

  /** Share of the peak learning rate at a step, from 1; after the last step as at the last. */
  public double factor(long step) {
    double top = shape == Shape.RAMP ? FLOOR : 1;
    if (step < warmupSteps) {
      return top * step / warmupSteps;
    }
    double progress =
        Math.min(1, (step - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps));
    return switch (shape) {
      case CONSTANT -> 1;
      case COSINE -> FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * progress));
      case RAMP -> Math.pow(FLOOR, 1 - progress);
    };
  }
}
