// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the losses of evaluations in lines: those of {@code evaluation}, those that {@link
 * Evaluations} recognizes by a measurement or tag, and fields such as {@code eval/loss} in the
 * lines of steps.
 *
 * <p><b>Definition.</b> Only fields where lower is better count ({@link Evaluations#isLoss}). The
 * name of the evaluation is the line's tag {@code name}, or its measurement if that is another one
 * than {@code evaluation}; the field's name follows if it is not plain {@code loss}. In the lines
 * of steps it is the field's name.
 *
 * <p><b>Edges.</b> A value that is not finite is left out: tables are often padded with NaN where
 * there was no evaluation. So is a line without a step.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One look-up a field of a line of a step.
 */
public final class EvaluationLosses {
  private static final int MOST_REMEMBERED = 1024;
  private static final String NO_LOSS = "";

  private final Sample sample = Sample.ofEvaluation(NO_LOSS, 0, 0);

  /** For each field of lines of steps its name as an evaluation, or {@link #NO_LOSS}. */
  private final Map<String, String> names = new HashMap<>();

  /** Passes each loss of an evaluation to {@code use}; the sample is valid until it returns. */
  public void read(Point line, Consumer<Sample> use) {
    int stepField = line.field(Telemetry.STEP);
    double step = stepField < 0 ? -1 : line.number(stepField);
    if (!Telemetry.isStep(step)) {
      return;
    }
    boolean whole =
        Measurement.of(line.measurement()) == null
            && (line.measurement().equals(Telemetry.EVALUATION) || Evaluations.isLine(line));
    for (int i = 0; i < line.fieldCount(); i++) {
      if (line.fieldType(i) == Point.FieldType.TEXT) {
        continue;
      }
      String name = whole ? nameOf(line, line.fieldKey(i)) : nameOf(line.fieldKey(i));
      if (!name.equals(NO_LOSS) && Double.isFinite(line.number(i))) {
        sample.reset(Measurement.EVALUATION, name, Sample.NO_HEAD, (long) step, line.timestamp());
        sample.inSegment(segment(line));
        use.accept(sample.set(Signal.EVALUATION_LOSS, line.number(i)));
      }
    }
  }

  /** Whether a field is a loss of an evaluation, as far as the names say. */
  public static boolean isLoss(String measurement, String field) {
    boolean whole = measurement.equals(Telemetry.EVALUATION) || Evaluations.isName(measurement);
    return Evaluations.isLoss(field) && (whole || Evaluations.isName(field));
  }

  private static String nameOf(Point line, String field) {
    if (!Evaluations.isLoss(field)) {
      return NO_LOSS;
    }
    String tag = line.tag("name");
    String of =
        tag != null && !tag.isEmpty()
            ? tag
            : line.measurement().equals(Telemetry.EVALUATION) ? "" : line.measurement();
    return of.isEmpty() ? field : field.equals("loss") ? of : of + "/" + field;
  }

  private String nameOf(String field) {
    String known = names.get(field);
    if (known != null) {
      return known;
    }
    String name = Evaluations.isName(field) && Evaluations.isLoss(field) ? field : NO_LOSS;
    if (names.size() < MOST_REMEMBERED) {
      names.put(field, name);
    }
    return name;
  }

  private static int segment(Point line) {
    String declared = line.tag("segment");
    return declared != null && declared.matches("[0-9]{1,9}")
        ? Integer.parseInt(declared)
        : Sample.NO_SEGMENT;
  }
}
