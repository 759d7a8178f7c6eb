// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one journal entry changes in the store: it adds lines and alarms, or deletes a run.
 *
 * <p><b>Threads.</b> Not safe; filled by the pipeline, then handed over.
 */
public final class StoreBatch {
  private static final String STEP = "step";
  private static final String NONFINITE = "nonfinite";

  /** Tags with a column of their own, in field rows of known and unknown measurements and rows. */
  private static final Set<String> UNKNOWN_TAGS = Set.of(Telemetry.RUN, "layer");

  private static final Set<String> KNOWN_TAGS = Set.of(Telemetry.RUN, "layer", "segment");
  private static final Set<String> WIDE_TAGS = Set.of(Telemetry.RUN, "layer", "segment", "head");
  private static final long ROW_BYTES = 48;
  private static final long FIELD_BYTES = 200;

  /** A usual line and a usual step: how much room a batch begins with. */
  private static final int LINE_BYTES = 200;

  private static final int LINES_PER_STEP = 8;

  final long sequence;
  final long bytes;
  final WideRows steps;
  final WideRows layers;
  final List<FieldRow> fields = new ArrayList<>();
  final List<StoredAlarm> alarms = new ArrayList<>();

  /** Run whose rows and alarms up to here are deleted; null for none. */
  @Nullable String deletedRun;

  /** An empty batch for the journal entry of that number, which held {@code bytes}. */
  public StoreBatch(long sequence, long bytes) {
    this.sequence = sequence;
    this.bytes = bytes;
    int lines = (int) (bytes / LINE_BYTES);
    this.steps = new WideRows(Measurement.TRAIN_STEP, lines / LINES_PER_STEP);
    this.layers = new WideRows(Measurement.TRAIN_LAYER, lines);
  }

  /**
   * Adds a line.
   *
   * @param segment lineage segment it belongs to
   * @param runStep the run's newest step: where a line without a step is charted
   * @param fresh whether it is certain that the store does not hold it yet
   */
  public void add(ReadLine line, String run, int segment, long runStep, boolean fresh) {
    line.addTo(this, run, segment, runStep, fresh);
  }

  /** Adds an alarm. */
  public void add(RaisedAlarm alarm) {
    alarms.add(new StoredAlarm(alarm));
  }

  /** Makes this the deletion of a run. */
  public void delete(String run) {
    deletedRun = run;
  }

  /** Memory that it takes, roughly. */
  long memoryBytes() {
    return memoryBytes(steps) + memoryBytes(layers) + FIELD_BYTES * fields.size();
  }

  private static long memoryBytes(WideRows rows) {
    return rows.run.length * (Double.BYTES * (long) rows.signals.length + ROW_BYTES);
  }

  /** The same without the lines, and without a deletion. */
  public StoreBatch alarmsOnly() {
    StoreBatch rest = new StoreBatch(sequence, 0);
    rest.alarms.addAll(alarms);
    return rest;
  }

  /** Adds the row of a step's or a layer's signals. */
  void add(Sample sample, Point point, String run, int segment, boolean fresh) {
    WideRows rows = sample.layer() == null ? steps : layers;
    rows.add(sample, run, segment, fresh, otherTags(sample, point));
  }

  /** Adds a row for each field that no {@link Sample} holds. */
  void addOtherFields(Point point, String run, int segment, long runStep) {
    Measurement wide = Measurement.ofSamples(point.measurement());
    boolean known = Measurement.of(point.measurement()) != null;
    String tags = null;
    long ownStep = ownStep(point);
    for (int i = 0; i < point.fieldCount(); i++) {
      String field = point.fieldKey(i);
      String text = point.text(i);
      if (text == null && wide != null && isColumn(wide, field)) {
        continue;
      }
      if (tags == null) {
        tags = tags(point, known ? KNOWN_TAGS : UNKNOWN_TAGS);
      }
      double number = point.number(i);
      fields.add(
          new FieldRow(
              run,
              point.measurement(),
              tags,
              point.tag("layer") == null ? "" : point.tag("layer"),
              field,
              segment,
              ownStep == FieldRow.NO_STEP ? runStep : ownStep,
              ownStep,
              point.timestamp(),
              Double.isFinite(number) ? number : null,
              text,
              point.fieldType(i)));
    }
  }

  private static boolean isColumn(Measurement measurement, String field) {
    return field.equals(STEP) || field.equals(NONFINITE) || Signal.of(measurement, field) != null;
  }

  private static long ownStep(Point point) {
    int field = point.field(STEP);
    double step = field < 0 ? Double.NaN : point.number(field);
    return step >= 0 && step <= (1L << 53) ? (long) step : FieldRow.NO_STEP;
  }

  /** Tags that no column of a wide row holds; usually there are none. */
  private static String otherTags(Sample sample, Point point) {
    int columns =
        1
            + (sample.layer() == null ? 0 : 1)
            + (sample.head() == Sample.NO_HEAD ? 0 : 1)
            + (sample.segment() == Sample.NO_SEGMENT ? 0 : 1);
    return point.tagCount() == columns ? "" : tags(point, WIDE_TAGS);
  }

  private static String tags(Point point, Set<String> except) {
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < point.tagCount(); i++) {
      if (!except.contains(point.tagKey(i))) {
        tags.put(point.tagKey(i), point.tagValue(i));
      }
    }
    StringBuilder text = new StringBuilder();
    tags.forEach(
        (key, value) ->
            text.append(text.isEmpty() ? "" : ",")
                .append(InfluxLines.escape(key))
                .append('=')
                .append(InfluxLines.escape(value)));
    return text.toString();
  }
}
