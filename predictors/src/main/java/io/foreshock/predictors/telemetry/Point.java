// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of telemetry, whatever its measurement: tags, typed fields, time. {@link LineParser}
 * fills it from line protocol; readers of other formats fill it field by field.
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled line after line. <b>Cost.</b> No allocation
 * once the arrays have grown to the widest line.
 */
public final class Point {
  /** Type of a field as the line protocol writes it. */
  public enum FieldType {
    FLOAT,
    INTEGER,
    BOOLEAN,
    TEXT
  }

  private String measurement = "";
  private int tagCount;
  private String[] tagKeys = new String[4];
  private String[] tagValues = new String[4];
  private int fieldCount;
  private String[] fieldKeys = new String[16];
  private FieldType[] fieldTypes = new FieldType[16];
  private double[] fieldNumbers = new double[16];
  private long[] fieldIntegers = new long[16];
  private @Nullable String[] fieldTexts = new String[16];
  private boolean hasTime;
  private long timestamp;

  /** Empties the line and gives it a measurement. */
  public void begin(String measurement) {
    this.measurement = measurement;
    tagCount = 0;
    fieldCount = 0;
    hasTime = false;
    timestamp = 0;
  }

  /** Adds a tag, which the line must not have yet. */
  public void addTag(String key, String value) {
    if (tagCount == tagKeys.length) {
      tagKeys = Arrays.copyOf(tagKeys, tagCount * 2);
      tagValues = Arrays.copyOf(tagValues, tagCount * 2);
    }
    tagKeys[tagCount] = key;
    tagValues[tagCount++] = value;
  }

  /** Gives a tag a value, whether or not the line has the tag already. */
  public void setTag(String key, String value) {
    for (int i = 0; i < tagCount; i++) {
      if (tagKeys[i].equals(key)) {
        tagValues[i] = value;
        return;
      }
    }
    addTag(key, value);
  }

  /** Adds a number, which may be NaN or infinite. */
  public void addFloat(String key, double value) {
    addField(key, FieldType.FLOAT, value, 0, null);
  }

  /** Adds a whole number. */
  public void addInteger(String key, long value) {
    addField(key, FieldType.INTEGER, value, value, null);
  }

  /** Adds a truth value. */
  public void addBoolean(String key, boolean value) {
    addField(key, FieldType.BOOLEAN, value ? 1 : 0, value ? 1 : 0, null);
  }

  /** Adds a text. */
  public void addText(String key, String value) {
    addField(key, FieldType.TEXT, Double.NaN, 0, value);
  }

  private void addField(
      String key, FieldType type, double number, long integer, @Nullable String text) {
    if (fieldCount == fieldKeys.length) {
      int length = fieldCount * 2;
      fieldKeys = Arrays.copyOf(fieldKeys, length);
      fieldTypes = Arrays.copyOf(fieldTypes, length);
      fieldNumbers = Arrays.copyOf(fieldNumbers, length);
      fieldIntegers = Arrays.copyOf(fieldIntegers, length);
      fieldTexts = Arrays.copyOf(fieldTexts, length);
    }
    fieldKeys[fieldCount] = key;
    fieldTypes[fieldCount] = type;
    fieldNumbers[fieldCount] = number;
    fieldIntegers[fieldCount] = integer;
    fieldTexts[fieldCount++] = text;
  }

  /** Gives the i-th field another name. */
  public void rename(int i, String key) {
    fieldKeys[i] = key;
  }

  /** Gives the line another measurement. */
  public void setMeasurement(String measurement) {
    this.measurement = measurement;
  }

  /** Makes the i-th field, which was a text, a number; an integer only where it is a whole one. */
  public void setNumber(int i, double number, boolean integer) {
    boolean whole = integer && number == Math.rint(number) && Math.abs(number) <= 1L << 53;
    fieldTypes[i] = whole ? FieldType.INTEGER : FieldType.FLOAT;
    fieldNumbers[i] = number;
    fieldIntegers[i] = whole ? (long) number : 0;
    fieldTexts[i] = null;
  }

  /** Sets the line's time; the unit is the sender's until the receiver has scaled it. */
  public void setTimestamp(long timestamp) {
    this.timestamp = timestamp;
    hasTime = true;
  }

  /** Measurement name. */
  public String measurement() {
    return measurement;
  }

  /** Whether the line carried a time. */
  public boolean hasTime() {
    return hasTime;
  }

  /** The line's time, nanoseconds since the epoch once the receiver has scaled it. */
  public long timestamp() {
    return timestamp;
  }

  /** Number of tags. */
  public int tagCount() {
    return tagCount;
  }

  /** Key of the i-th tag. */
  public String tagKey(int i) {
    return tagKeys[i];
  }

  /** Value of the i-th tag. */
  public String tagValue(int i) {
    return tagValues[i];
  }

  /** Returns the value of a tag, or null when the line does not have it. */
  public @Nullable String tag(String key) {
    for (int i = 0; i < tagCount; i++) {
      if (tagKeys[i].equals(key)) {
        return tagValues[i];
      }
    }
    return null;
  }

  /** Number of fields, at least one. */
  public int fieldCount() {
    return fieldCount;
  }

  /** Key of the i-th field. */
  public String fieldKey(int i) {
    return fieldKeys[i];
  }

  /** Type of the i-th field. */
  public FieldType fieldType(int i) {
    return fieldTypes[i];
  }

  /**
   * The i-th field as a number; booleans are 0 and 1, text is NaN, and a float may be non-finite.
   */
  public double number(int i) {
    return fieldNumbers[i];
  }

  /** The i-th field as an integer; meaningful for INTEGER and BOOLEAN. */
  public long integer(int i) {
    return fieldIntegers[i];
  }

  /** The i-th field as text; null unless TEXT. */
  public @Nullable String text(int i) {
    return fieldTexts[i];
  }

  /** Returns the index of a field, or -1 when the line does not have it. */
  public int field(String key) {
    for (int i = 0; i < fieldCount; i++) {
      if (fieldKeys[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /** All fields by name, each a Long, Double, Boolean or String. Allocates. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < fieldCount; i++) {
      fields.put(
          fieldKeys[i],
          switch (fieldTypes[i]) {
            case FLOAT -> (Object) fieldNumbers[i];
            case INTEGER -> fieldIntegers[i];
            case BOOLEAN -> fieldIntegers[i] != 0;
            case TEXT -> fieldTexts[i];
          });
    }
    return fields;
  }
}
