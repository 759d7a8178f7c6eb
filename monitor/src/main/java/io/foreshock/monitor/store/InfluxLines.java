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
 * Batches as line protocol for InfluxDB, times in nanoseconds.
 *
 * <p>Measurements and fields are those of the contract, unknown ones as they came. Tags are {@code
 * run} and {@code segment}, always; {@code layer}, {@code head} and others where the line had them.
 * Every line has its {@code step}. An alarm is a line of {@value #ALARM} whose {@code json} is the
 * contract's object; what a sender calls so is kept as {@value #SENT_ALARM}.
 *
 * <p><b>Edges.</b> Non-finite values are left out. Types are steady, for InfluxDB refuses a field
 * whose type changes: signals and fields of {@code run_config} have the contract's. A {@code
 * nonfinite} of 0 is written only with a line that is certainly new, so that a second line of a
 * step does not hide the first one's count.
 */
final class InfluxLines {
  static final String ALARM = "alarm";
  private static final String SENT_ALARM = "sent_alarm";

  private final StringBuilder line = new StringBuilder();
  private final Consumer<String> taker;

  /** Lines for {@code taker}, one at a time. */
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

  /** The fields of one line, which lie together from {@code from}; returns where they end. */
  private int fields(List<FieldRow> rows, int from) {
    FieldRow first = rows.get(from);
    begin(measurement(first.measurement()), first.run());
    // one that an unknown measurement's sender gave stands; no value holds a bare equals sign
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
        number(row);
      }
    }
    end(first.timeNanos());
    return at;
  }

  private static boolean isSameLine(FieldRow a, FieldRow b) {
    return a.timeNanos() == b.timeNanos()
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

  /** The measurement under which what a sender calls {@code name} is kept. */
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

  private void number(FieldRow row) {
    ConfigField config =
        row.measurement().equals(Measurement.RUN_CONFIG.wireName())
            ? ConfigField.of(row.field())
            : null;
    if (config != null && config.type() != ConfigField.Type.BOOLEAN) {
      number(row.number(), config.type() == ConfigField.Type.INTEGER);
    } else if (row.type() == Point.FieldType.BOOLEAN) {
      line.append(row.number() != 0);
    } else {
      number(row.number(), row.type() == Point.FieldType.INTEGER);
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

  /** A name as line protocol writes it. */
  static String escape(String name) {
    String stored = stored(name);
    return stored.indexOf(',') < 0 && stored.indexOf(' ') < 0 && stored.indexOf('=') < 0
        ? stored
        : stored.replace(",", "\\,").replace(" ", "\\ ").replace("=", "\\=");
  }

  /**
   * A name as InfluxDB can hold it: a backslash at the end, or before a comma, equals sign or
   * space, would escape what follows, so it becomes its full-width twin.
   */
  static String stored(String name) {
    return name.indexOf('\\') < 0 ? name : name.replaceAll("\\\\(?=[,= ]|$)", "\uFF3C");
  }
}
