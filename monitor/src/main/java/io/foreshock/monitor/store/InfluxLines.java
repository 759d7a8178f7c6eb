// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes batches as line protocol for InfluxDB, with times in nanoseconds.
 *
 * <p>Measurements and fields are those of the contract; unknown ones are kept as sent. Every line
 * has the tags {@code run} and {@code segment}, and {@code layer}, {@code head} and others if the
 * sender gave them. Every line has its {@code step}. An alarm is a line of {@value #ALARM} whose
 * {@code json} is the contract's object. A sender's own measurement of that name is kept as {@value
 * #SENT_ALARM}.
 *
 * <p><b>Edges.</b> Non-finite values are left out. Types are fixed, because InfluxDB refuses a
 * field whose type changes: signals and fields of {@code run_config} have the contract's types. A
 * {@code nonfinite} of 0 is written only with a line that is certainly new, so that a second line
 * of a step does not hide the first one's count.
 */
final class InfluxLines {
  static final String ALARM = "alarm";
  private static final String SENT_ALARM = "sent_alarm";

  private final StringBuilder line = new StringBuilder();
  private final Consumer<String> taker;

  /** Creates a writer that passes lines to {@code taker}, one at a time. */
  InfluxLines(Consumer<String> taker) {
    this.taker = taker;
  }

  void batch(StoreBatch batch) {
    rows(batch.steps, Measurement.TRAIN_STEP);
    rows(batch.layers, Measurement.TRAIN_LAYER);
    for (int i = 0; i < batch.fields.size(); ) {
      i = fields(batch.fields, i);
    }
  }

  void alarm(StoredAlarm stored) {
    RaisedAlarm alarm = stored.alarm();
    begin(ALARM, alarm.run(), alarm.segment());
    tag("kind", alarm.kind());
    tag("severity", alarm.severity().wireName());
    tag("state", alarm.state().wireName());
    tag("incident", alarm.incident());
    tag("layer", textOf(alarm, "layer"));
    line.append(" step=").append(alarm.step()).append('i');
    for (String number : List.of("value", "threshold", "eta_steps", "probability")) {
      if (alarm.json().path(number).isNumber()) {
        line.append(',').append(number).append('=').append(alarm.json().path(number).asDouble());
      }
    }
    text("signal", textOf(alarm, "signal"));
    text("message", textOf(alarm, "message"));
    text("json", stored.line());
    end(alarm.timeNanos());
  }

  private static String textOf(RaisedAlarm alarm, String key) {
    String text = alarm.text(key);
    return text == null ? "" : text;
  }

  private void rows(WideRows rows, Measurement measurement) {
    for (int row = 0; row < rows.count; row++) {
      begin(measurement.wireName(), rows.run[row], rows.segment[row]);
      tag("layer", rows.layer[row]);
      if (rows.head[row] != Sample.NO_HEAD) {
        line.append(",head=").append(rows.head[row]);
      }
      tags(rows.tags[row]);
      line.append(" step=").append(rows.step[row]).append('i');
      for (int i = 0; i < rows.signals.length; i++) {
        double value = rows.values[i][row];
        if (!Double.isNaN(value)) {
          line.append(',').append(rows.signals[i].wireName()).append('=');
          number(value, rows.signals[i].integer());
        }
      }
      if (rows.nonfinite[row] > 0 || rows.fresh[row]) {
        line.append(",nonfinite=").append(rows.nonfinite[row]).append('i');
      }
      end(rows.timeNanos[row]);
    }
  }

  /** Writes the fields of one line, which are adjacent from {@code from}; returns their end. */
  private int fields(List<FieldRow> rows, int from) {
    FieldRow first = rows.get(from);
    begin(measurement(first.measurement()), first.run());
    // a segment tag that the sender of an unknown measurement gave is kept; "=" in values is
    // escaped
    if (!("," + first.tags()).contains(",segment=")) {
      line.append(",segment=").append(first.segment());
    }
    tag("layer", first.layer());
    tags(first.tags());
    line.append(" step=").append(first.step()).append('i');
    int at = from;
    for (; at < rows.size() && isSameLine(first, rows.get(at)); at++) {
      FieldRow row = rows.get(at);
      if (row.text() != null) {
        text(row.field(), row.text());
      } else if (row.number() != null && !row.field().equals("step")) {
        line.append(',').append(escape(row.field())).append('=');
        number(row, row.number());
      }
    }
    end(first.timeNanos());
    return at;
  }

  private static boolean isSameLine(FieldRow a, FieldRow b) {
    return a.timeNanos() == b.timeNanos()
        && a.step() == b.step()
        && a.run().equals(b.run())
        && a.measurement().equals(b.measurement())
        && a.layer().equals(b.layer())
        && a.tags().equals(b.tags());
  }

  private void begin(String measurement, String run, int segment) {
    begin(measurement, run);
    line.append(",segment=").append(segment);
  }

  private void begin(String measurement, String run) {
    line.setLength(0);
    line.append(escape(measurement).replace("\\=", "="));
    tag("run", run);
  }

  /** The measurement that keeps a sender's measurement {@code name}. */
  static String measurement(String name) {
    return name.equals(ALARM) ? SENT_ALARM : name;
  }

  private void tag(String key, String value) {
    if (!value.isEmpty()) {
      line.append(',').append(key).append('=').append(escape(value));
    }
  }

  private void tags(String escaped) {
    if (!escaped.isEmpty()) {
      line.append(',').append(escaped);
    }
  }

  private void text(String key, String value) {
    line.append(',').append(escape(key)).append("=\"");
    line.append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
  }

  private void number(FieldRow row, double value) {
    ConfigField config =
        row.measurement().equals(Measurement.RUN_CONFIG.wireName())
            ? ConfigField.of(row.field())
            : null;
    if (config != null && config.type() != ConfigField.Type.BOOLEAN) {
      number(value, config.type() == ConfigField.Type.INTEGER);
    } else if (row.type() == Point.FieldType.BOOLEAN) {
      line.append(value != 0);
    } else {
      number(value, row.type() == Point.FieldType.INTEGER);
    }
  }

  private void number(double value, boolean integer) {
    if (integer) {
      line.append((long) value).append('i');
    } else {
      line.append(value);
    }
  }

  private void end(long timeNanos) {
    line.append(' ').append(timeNanos);
    taker.accept(line.toString());
  }

  /** A name, escaped for line protocol. */
  static String escape(String name) {
    String stored = stored(name);
    return stored.indexOf(',') < 0 && stored.indexOf(' ') < 0 && stored.indexOf('=') < 0
        ? stored
        : stored.replace(",", "\\,").replace(" ", "\\ ").replace("=", "\\=");
  }

  /**
   * A name that InfluxDB can hold. A backslash at the end, or before a comma, equals sign or space,
   * would escape the next character, so it becomes the full-width backslash.
   */
  static String stored(String name) {
    return name.indexOf('\\') < 0 ? name : name.replaceAll("\\\\(?=[,= ]|$)", "\uFF3C");
  }
}
