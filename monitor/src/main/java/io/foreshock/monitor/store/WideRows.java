// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;

/**
 * Lines of {@code train_step} or {@code train_layer} in columns, one column per signal.
 *
 * <p><b>Threads.</b> Not safe; the thread that fills it passes it to the one that stores it.
 */
final class WideRows {
  private static final Signal[] STEP_SIGNALS = withMeasurement(Measurement.TRAIN_STEP);
  private static final Signal[] LAYER_SIGNALS = withMeasurement(Measurement.TRAIN_LAYER);

  private static final Signal[] NO_SIGNALS = {};

  final Signal[] signals;
  int count;
  String[] run;
  String[] layer;
  int[] head;
  int[] segment;
  long[] step;
  long[] timeNanos;
  long[] nonfinite;
  boolean[] fresh;

  /** Tags except run, layer, head and segment, as in {@link FieldRow}. */
  String[] tags;

  final double[][] values;

  /**
   * Creates an empty table.
   *
   * @param expected expected number of lines; more can be added
   */
  WideRows(Measurement measurement, int expected) {
    int capacity = Math.max(1, expected);
    signals = signalsOf(measurement);
    run = new String[capacity];
    layer = new String[capacity];
    head = new int[capacity];
    segment = new int[capacity];
    step = new long[capacity];
    timeNanos = new long[capacity];
    nonfinite = new long[capacity];
    fresh = new boolean[capacity];
    tags = new String[capacity];
    values = new double[signals.length][capacity];
  }

  /** The signals of a measurement in the order of {@link #values}; must not be changed. */
  static Signal[] signalsOf(Measurement measurement) {
    return switch (measurement) {
      case TRAIN_STEP -> STEP_SIGNALS;
      case TRAIN_LAYER -> LAYER_SIGNALS;
      case RUN_CONFIG, EVALUATION -> NO_SIGNALS;
    };
  }

  void add(Sample sample, String lineRun, int lineSegment, boolean lineFresh, String lineTags) {
    int row = grown();
    run[row] = lineRun;
    layer[row] = sample.layer() == null ? "" : sample.layer();
    head[row] = sample.head();
    segment[row] = lineSegment;
    step[row] = sample.step();
    timeNanos[row] = sample.timeNanos();
    nonfinite[row] = sample.nonfinite();
    fresh[row] = lineFresh;
    tags[row] = lineTags;
    for (int i = 0; i < signals.length; i++) {
      values[i][row] = sample.get(signals[i]);
    }
    count++;
  }

  private static Signal[] withMeasurement(Measurement measurement) {
    return Arrays.stream(Signal.values())
        .filter(signal -> signal.measurement() == measurement)
        .toArray(Signal[]::new);
  }

  private int grown() {
    if (count == run.length) {
      int capacity = count * 2;
      run = Arrays.copyOf(run, capacity);
      layer = Arrays.copyOf(layer, capacity);
      head = Arrays.copyOf(head, capacity);
      segment = Arrays.copyOf(segment, capacity);
      step = Arrays.copyOf(step, capacity);
      timeNanos = Arrays.copyOf(timeNanos, capacity);
      nonfinite = Arrays.copyOf(nonfinite, capacity);
      fresh = Arrays.copyOf(fresh, capacity);
      tags = Arrays.copyOf(tags, capacity);
      for (int i = 0; i < values.length; i++) {
        values[i] = Arrays.copyOf(values[i], capacity);
      }
    }
    return count;
  }
}
