// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Runs of a shape, and statistics of their rows. */
final class Drawn {
  private Drawn() {}

  /** All runs of a shape in a corpus of seed 1. */
  static List<ShapeRun> runs(Shape shape) {
    return Shapes.of(shape, 1, 1).stream().map(Shapes.Planned::run).toList();
  }

  static List<Sketch> sketches(Shape shape) {
    return runs(shape).stream().map(ShapeRun::sketch).toList();
  }

  /** Median of the rows from {@code from} to before {@code to}, within the run. */
  static double median(double[] values, int from, int to) {
    double[] part = Arrays.copyOfRange(values, Math.max(0, from), Math.min(values.length, to));
    Arrays.sort(part);
    return part[part.length / 2];
  }

  /**
   * Standard deviation of the logarithm around a running median of 15 rows, estimated from the
   * median, so that outliers and the trend hardly count.
   */
  static double scatter(double[] values, int from, int to) {
    double[] away =
        IntStream.range(Math.max(7, from), Math.min(values.length - 7, to))
            .mapToDouble(i -> Math.abs(Math.log(values[i] / median(values, i - 7, i + 8))))
            .toArray();
    return 1.4826 * median(away, 0, away.length);
  }

  static double scatter(double[] values) {
    return scatter(values, values.length / 5, values.length);
  }
}
