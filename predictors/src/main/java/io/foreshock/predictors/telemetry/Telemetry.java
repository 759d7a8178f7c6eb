// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

/** Reads samples and configurations from parsed lines, by the contract. */
public final class Telemetry {
  /** Tag that every line has. */
  public static final String RUN = "run";

  /** Tag with the index of the process that sent a line of a step, where several train one run. */
  public static final String RANK = "rank";

  /** Measurement of the lines of evaluations, whose losses {@link EvaluationLosses} finds. */
  public static final String EVALUATION = "evaluation";

  /** Measurement of what happened to a run. */
  public static final String EVENT = "event";

  /** Field with the optimizer step. */
  public static final String STEP = "step";

  /** Field with the count of values that are not finite. */
  public static final String NONFINITE = "nonfinite";

  private static final String SUMMARY = "train_runtime";

  private Telemetry() {}

  /** Returns the name of the line's run. */
  public static String run(Point point) throws MalformedLineException {
    String run = point.tag(RUN);
    if (run == null) {
      throw new MalformedLineException("tag 'run' is missing: every line names its run");
    }
    return run;
  }

  /** Returns the fields of a {@code run_config} line. */
  public static RunConfig config(Point point) {
    return new RunConfig(point.fields());
  }

  /** Adds the fields of a configuration to a line, which {@link #config} reads. */
  public static void put(Point line, RunConfig config) {
    config
        .fields()
        .forEach(
            (name, value) -> {
              if (value instanceof Boolean flag) {
                line.addBoolean(name, flag);
              } else if (value instanceof Long || value instanceof Integer) {
                line.addInteger(name, ((Number) value).longValue());
              } else if (value instanceof Number number) {
                line.addFloat(name, number.doubleValue());
              } else {
                line.addText(name, value.toString());
              }
            });
  }

  /**
   * Fills {@code sample} from a {@code train_step} or {@code train_layer} line whose time is in
   * nanoseconds. A non-finite signal is counted.
   *
   * @return number of fields that were ignored, because their name is unknown or they are texts
   */
  public static int fill(Sample sample, Measurement measurement, Point point)
      throws MalformedLineException {
    String layer = point.tag("layer");
    if (measurement == Measurement.TRAIN_LAYER && layer == null) {
      throw new MalformedLineException("tag 'layer' is missing on train_layer");
    }
    sample.reset(
        measurement,
        measurement == Measurement.TRAIN_LAYER ? layer : null,
        index(point, "head", Sample.NO_HEAD),
        step(point),
        point.timestamp());
    sample.inSegment(index(point, "segment", Sample.NO_SEGMENT));
    if (point.tagCount() > 1 && measurement == Measurement.TRAIN_STEP) {
      sample.ofRank(rank(point)); // most lines of steps have no tag but the run
    }
    int ignored = 0;
    for (int i = 0; i < point.fieldCount(); i++) {
      String key = point.fieldKey(i);
      Signal signal = Signal.of(measurement, key);
      if (signal != null && point.fieldType(i) != Point.FieldType.TEXT) {
        sample.set(signal, point.number(i));
      } else if (key.equals(NONFINITE)) {
        // even a broken count, such as NaN, means that some value was not finite
        double count = point.number(i);
        sample.addNonfinite(count >= 0 && count < 1e18 ? (long) count : 1);
        ignored += point.fieldType(i) == Point.FieldType.TEXT ? 1 : 0;
      } else if (!key.equals(STEP)) {
        ignored++;
      }
    }
    if (ignored > 0) {
      sample.withForeignFields();
    }
    return ignored;
  }

  /** The tag {@code rank}; a text that is no index is somebody's own name for something. */
  private static int rank(Point point) {
    String rank = point.tag(RANK);
    return rank != null && rank.matches("[0-9]{1,9}") ? Integer.parseInt(rank) : Sample.NO_RANK;
  }

  /** Returns the line's step: an integer, or a whole number written as a float. */
  public static long step(Point point) throws MalformedLineException {
    int field = point.field(STEP);
    if (field < 0) {
      throw new MalformedLineException("field 'step' is missing on " + point.measurement());
    }
    double step = point.number(field);
    if (!isStep(step)) {
      throw new MalformedLineException("field 'step' = " + step + ": expected an integer from 0");
    }
    return (long) step;
  }

  /** Whether a number can be a step. */
  public static boolean isStep(double number) {
    return number >= 0 && number <= (1L << 53) && number == Math.rint(number);
  }

  /**
   * Whether a line is the last record of Hugging Face's Trainer, which holds means of the whole
   * run.
   */
  public static boolean isSummary(Point point) {
    return point.field(SUMMARY) >= 0;
  }

  /** Whether a field belongs to every line of a step or layer and is no signal. */
  public static boolean isCount(String field) {
    return field.equals(STEP) || field.equals(NONFINITE);
  }

  /** Returns a tag that is an index from 0; {@code absent} when the line does not have it. */
  public static int index(Point point, String tag, int absent) throws MalformedLineException {
    String value = point.tag(tag);
    if (value == null) {
      return absent;
    }
    try {
      int index = Integer.parseInt(value);
      if (index >= 0) {
        return index;
      }
    } catch (NumberFormatException e) {
      // reported below, with the negative ones
    }
    throw new MalformedLineException(
        "tag '" + tag + "' = '" + value + "': expected an integer from 0");
  }
}
