// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes telemetry as line protocol into one growing buffer.
 *
 * <p><b>Edges.</b> Absent signals are left out; {@code nonfinite} is always written, so that a line
 * is never empty and zero differs from "not counted". <b>Threads.</b> Not safe. <b>Cost.</b>
 * Allocates only for the digits of floats.
 */
public final class LineWriter {
  private static final Signal[] SIGNALS = Signal.values();

  private byte[] buffer = new byte[4096];
  private int length;

  /** Empties the buffer. */
  public void clear() {
    length = 0;
  }

  /** Number of bytes written. */
  public int length() {
    return length;
  }

  /** A copy of what was written. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, length);
  }

  /** Appends a sample's line, timestamp in nanoseconds. */
  public void sample(String run, Sample sample) {
    raw(sample.measurement().wireName());
    tag("run", run);
    if (sample.layer() != null) {
      tag(sample.measurement() == Measurement.EVALUATION ? "name" : "layer", sample.layer());
    }
    if (sample.head() != Sample.NO_HEAD) {
      tag("head", Integer.toString(sample.head()));
    }
    if (sample.segment() != Sample.NO_SEGMENT) {
      tag("segment", Integer.toString(sample.segment()));
    }
    raw(" step=");
    raw(Long.toString(sample.step()));
    raw("i");
    for (Signal signal : SIGNALS) {
      if (sample.has(signal)) {
        raw(",");
        raw(signal.wireName());
        raw("=");
        double value = sample.get(signal);
        raw(signal.integer() ? (long) value + "i" : number(value));
      }
    }
    raw(",nonfinite=");
    raw(Long.toString(sample.nonfinite()));
    raw("i");
    end(sample.timeNanos());
  }

  /**
   * Appends a line of anybody's, without a time if it has none. What could end the line or a name
   * is {@code _} in names: control characters, a {@code \\} at the end, a name that is empty.
   */
  public void point(Point point) {
    raw(escape(safe(point.measurement())));
    for (int i = 0; i < point.tagCount(); i++) {
      tag(escape(safe(point.tagKey(i))), safe(point.tagValue(i)));
    }
    char separator = ' ';
    for (int i = 0; i < point.fieldCount(); i++) {
      raw(String.valueOf(separator));
      separator = ',';
      raw(escape(safe(point.fieldKey(i))));
      raw("=");
      field(point, i);
    }
    raw(point.hasTime() ? " " + point.timestamp() + "\n" : "\n");
  }

  private static String safe(String name) {
    boolean isSafe = !name.isEmpty() && name.charAt(name.length() - 1) != '\\';
    for (int i = 0; i < name.length() && isSafe; i++) {
      isSafe = !Character.isISOControl(name.charAt(i));
    }
    return isSafe
        ? name
        : name.isEmpty() ? "_" : name.replaceAll("\\p{Cntrl}|[\\x80-\\x9f]|\\\\$", "_");
  }

  private void field(Point point, int i) {
    switch (point.fieldType(i)) {
      case FLOAT ->
          raw(
              Double.isFinite(point.number(i))
                  ? number(point.number(i))
                  : nonfinite(point.number(i)));
      case INTEGER -> raw(point.integer(i) + "i");
      case BOOLEAN -> raw(point.integer(i) != 0 ? "true" : "false");
      case TEXT -> value(String.valueOf(point.text(i)));
    }
  }

  /** As clients in Python and Go write them, which InfluxDB refuses and Foreshock reads. */
  private static String nonfinite(double value) {
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }

  /** Appends a {@code run_config} line; an empty configuration writes nothing. */
  public void config(String run, RunConfig config, long timeNanos) {
    if (!config.fields().isEmpty()) {
      fields(Measurement.RUN_CONFIG.wireName(), run, config.fields(), timeNanos);
    }
  }

  /** Appends an {@code event} line with these fields, at least one. */
  public void event(String run, Map<String, Object> fields, long timeNanos) {
    fields(Telemetry.EVENT, run, fields, timeNanos);
  }

  private void fields(String measurement, String run, Map<String, Object> fields, long timeNanos) {
    raw(measurement);
    tag("run", run);
    char separator = ' ';
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      raw(String.valueOf(separator));
      separator = ',';
      raw(escape(field.getKey()));
      raw("=");
      value(field.getValue());
    }
    end(timeNanos);
  }

  /** Formats a number; one that fits 32 bits is written with nine digits, not with seventeen. */
  private static String number(double value) {
    float single = (float) value;
    return single == value ? Float.toString(single) : Double.toString(value);
  }

  private void value(Object value) {
    if (value instanceof String text) {
      raw("\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    } else if (value instanceof Long || value instanceof Integer) {
      raw(value + "i");
    } else {
      raw(value.toString());
    }
  }

  private void tag(String key, String value) {
    raw(",");
    raw(key);
    raw("=");
    raw(escape(value));
  }

  private void end(long timeNanos) {
    raw(" ");
    raw(Long.toString(timeNanos));
    raw("\n");
  }

  private static String escape(String name) {
    if (name.isEmpty() || name.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("name = '" + name + "': expected text without line break");
    }
    return name.indexOf(',') < 0 && name.indexOf(' ') < 0 && name.indexOf('=') < 0
        ? name
        : name.replace(",", "\\,").replace(" ", "\\ ").replace("=", "\\=");
  }

  private void raw(String text) {
    int max = text.length() * 3;
    if (length + max > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + max));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] encoded = text.substring(i).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, buffer, length, encoded.length);
        length += encoded.length;
        return;
      }
      buffer[length++] = (byte) c;
    }
  }
}
