// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.Arrays;

/**
 * Lines of {@code train_step} or {@code train_layer}, column by column, one column a signal.
 *
 * <p><b>Threads.</b> Not safe; handed from the thread that fills it to the one that stores it.
 */
final class WideRows {
  private static final int FIRST_CAPACITY = 64;

  final Signal[] signals;
  int count;
  String[] run = new String[FIRST_CAPACITY];
  String[] layer = new String[FIRST_CAPACITY];
  int[] head = new int[FIRST_CAPACITY];
  int[] segment = new int[FIRST_CAPACITY];
  long[] step = new long[FIRST_CAPACITY];
  long[] timeNanos = new long[FIRST_CAPACITY];
  long[] nonfinite = new long[FIRST_CAPACITY];
  boolean[] fresh = new boolean[FIRST_CAPACITY];
  double[][] values;
  private final Measurement measurement;
  private final Sample sample = Sample.ofStep(0, 0);

  WideRows(Measurement measurement) {
    this.measurement = measurement;
    this.signals = signalsOf(measurement);
    this.values = new double[signals.length][FIRST_CAPACITY];
  }

  static Signal[] signalsOf(Measurement measurement) {
    return Arrays.stream(Signal.values())
        .filter(signal -> signal.measurement() == measurement)
        .toArray(Signal[]::new);
  }

  void add(Point point, String lineRun, int lineSegment, boolean lineFresh)
      throws MalformedLineException {
    Telemetry.fill(sample, measurement, point);
    int row = grown();
    run[row] = lineRun;
    layer[row] = sample.layer() == null ? "" : sample.layer();
    head[row] = sample.head();
    segment[row] = lineSegment;
    step[row] = sample.step();
    timeNanos[row] = sample.timeNanos();
    nonfinite[row] = sample.nonfinite();
    fresh[row] = lineFresh;
    for (int i = 0; i < signals.length; i++) {
      values[i][row] = sample.get(signals[i]);
    }
    count++;
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
      for (int i = 0; i < values.length; i++) {
        values[i] = Arrays.copyOf(values[i], capacity);
      }
    }
    return count;
  }
}
