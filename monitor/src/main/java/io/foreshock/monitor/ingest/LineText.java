// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes what other tools' clients sent as line protocol: any measurement, tags and fields, times
 * in nanoseconds.
 *
 * <p><b>Edges.</b> Names are made safe as {@link LineWriter#point} says. NaN and infinities are
 * written as such, because the ingest counts them. A line without fields is not written.
 * <b>Threads.</b> Not safe.
 */
public final class LineText {
  /**
   * Measurement of the metrics of a step, with the client's own names.
   *
   * <p>It is not {@code train_step}: the reader of lines makes the line a {@code train_step} when
   * it holds a signal that shows how training goes. So a learning rate that is logged alone, or an
   * accuracy by epoch, does not take the place of a step's own line.
   */
  public static final String METRICS = "metrics";

  /** Measurement of the machine, which has no step. */
  public static final String SYSTEM = "system";

  /** Measurement of what happened to the run. */
  public static final String EVENT = "event";

  /** Measurement of the run's configuration. */
  public static final String RUN_CONFIG = "run_config";

  private final StringBuilder text = new StringBuilder();
  private final LineWriter writer = new LineWriter();
  private final Point point = new Point();

  /**
   * Appends a line.
   *
   * @param fields texts, booleans, {@code Long} and {@code Double}; other values as texts
   */
  public LineText line(String measurement, String run, Map<String, ?> fields, long timeNanos) {
    return line(measurement, run, Map.of(), fields, timeNanos);
  }

  /**
   * Appends a line with more tags.
   *
   * @param tags without {@code run}; those without a value are left out
   */
  public LineText line(
      String measurement,
      String run,
      Map<String, String> tags,
      Map<String, ?> fields,
      long timeNanos) {
    if (fields.isEmpty()) {
      return this;
    }
    point.begin(measurement);
    point.addTag(Telemetry.RUN, run);
    tags.forEach(
        (key, value) -> {
          if (!key.isEmpty() && !value.isEmpty()) {
            point.addTag(key, value);
          }
        });
    fields.forEach(this::field);
    point.setTimestamp(timeNanos);
    writer.clear();
    writer.point(point);
    text.append(new String(writer.toByteArray(), StandardCharsets.UTF_8));
    return this;
  }

  /** Appends lines that another writer wrote. */
  public LineText lines(String lines) {
    text.append(lines);
    return this;
  }

  /** Whether nothing was written. */
  public boolean isEmpty() {
    return text.isEmpty();
  }

  /** The lines as UTF-8. */
  public byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void field(String name, Object value) {
    if (value instanceof Long integer) {
      point.addInteger(name, integer);
    } else if (value instanceof Double number) {
      point.addFloat(name, number);
    } else if (value instanceof Boolean flag) {
      point.addBoolean(name, flag);
    } else {
      point.addText(name, String.valueOf(value));
    }
  }
}
