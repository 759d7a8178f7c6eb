// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import io.foreshock.predictors.telemetry.Translation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of the contract out of the records of one log.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>A record gets the run of the log. One that names a run of its own gets that.
 *   <li>Names are translated by the {@link NameTable}.
 *   <li>A record with values of an evaluation and no signal of training becomes an {@code
 *       evaluation}; Hugging Face's last record, with means of the whole run, a {@value #SUMMARY}.
 *   <li>The settings beside the log come before the first record of a run, as a {@code run_config}.
 *   <li>Steps go on as {@link StepCourse} says: a restart is a new segment or a new run.
 * </ul>
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> A few comparisons a field.
 */
final class LogLines implements LineReader.Lines {
  /** Holds back records that were passed on before. */
  interface Gate {
    /** Whether a record, whose names are translated, is new. */
    boolean passes(Point record);
  }

  /** Learns which name of the log became which name of the contract. */
  interface Naming {
    /** Called for each field of each record; the names are the same when it was not translated. */
    void named(String inLog, String inContract);
  }

  private static final String SUMMARY = "run_summary";

  /** Ultralytics writes the parts of the loss in one row with its evaluation. */
  private static final Pattern PART_OF_LOSS = Pattern.compile("train/\\w+_loss");

  private final String run;
  private final RunConfig settings;
  private final Translation translation;
  private final Gate gate;
  private final LineReader.Lines receiver;
  private final @Nullable Naming naming;
  private @Nullable String[] inLog = {};
  private @Nullable String[] inContract = {};
  private final Map<String, StepCourse> courses = new HashMap<>();

  /**
   * @param run name for records without one
   * @param settings of the run, from outside of the log
   * @param naming learns the names; null for nobody
   */
  LogLines(
      String run,
      RunConfig settings,
      NameTable names,
      Gate gate,
      @Nullable Naming naming,
      LineReader.Lines receiver) {
    this.run = run;
    this.settings = settings;
    this.translation = Translation.ofOneLog(names);
    this.gate = gate;
    this.naming = naming;
    this.receiver = receiver;
  }

  @Override
  public void line(Point point) throws MalformedLineException {
    if (naming == null || !point.measurement().equals(Measurement.TRAIN_STEP.wireName())) {
      translation.apply(point);
    } else {
      translate(point, naming);
    }
    if (gate.passes(point)) {
      place(point);
    }
  }

  private void translate(Point point, Naming naming) {
    int fields = point.fieldCount();
    if (inLog.length < fields) {
      inLog = Arrays.copyOf(inLog, 2 * fields);
      inContract = Arrays.copyOf(inContract, 2 * fields);
    }
    boolean same = true;
    for (int i = 0; i < fields; i++) {
      same &= inLog[i] == point.fieldKey(i);
      inLog[i] = point.fieldKey(i);
    }
    translation.apply(point);
    for (int i = 0; i < fields; i++) {
      if (!same || inContract[i] != point.fieldKey(i)) { // readers repeat the same strings
        inContract[i] = point.fieldKey(i);
        naming.named(inLog[i], inContract[i]);
      }
    }
  }

  private void place(Point point) throws MalformedLineException {
    String own = point.tag(Telemetry.RUN);
    String name = own == null ? run : own;
    StepCourse course = courses.get(name);
    if (course == null) {
      course = new StepCourse();
      courses.put(name, course);
      announce(name, point);
    }
    point.setTag(Telemetry.RUN, name);
    if (point.measurement().equals(Measurement.TRAIN_STEP.wireName())) {
      if (Telemetry.isSummary(point)) {
        point.setMeasurement(SUMMARY);
      } else if (isEvaluation(point)) {
        point.setMeasurement(Telemetry.EVALUATION);
      }
      course.place(point);
    }
    String placed = name + course.suffix();
    point.setTag(Telemetry.RUN, placed);
    if (course.suffixIsNew()) {
      announce(placed, point);
    }
    receiver.line(point);
  }

  /** Passes on the settings of a run before its first record. */
  private void announce(String run, Point first) throws MalformedLineException {
    if (settings.fields().isEmpty()) {
      return;
    }
    Point config = new Point();
    config.begin(Measurement.RUN_CONFIG.wireName());
    config.addTag(Telemetry.RUN, run);
    Telemetry.put(config, settings);
    if (first.hasTime()) {
      config.setTimestamp(first.timestamp());
    }
    receiver.line(config);
  }

  @Override
  public void bad(long number, String reason) {
    receiver.bad(number, reason);
  }

  /** Whether a record has values of an evaluation, and neither signal nor loss of training. */
  private static boolean isEvaluation(Point point) {
    for (int i = 0; i < point.fieldCount(); i++) {
      Signal signal = Signal.of(Measurement.TRAIN_STEP, point.fieldKey(i));
      if (signal != null && signal != Signal.LEARNING_RATE && signal != Signal.TOKENS
          || PART_OF_LOSS.matcher(point.fieldKey(i)).matches()) {
        return false;
      }
    }
    for (int i = 0; i < point.fieldCount(); i++) {
      if (Evaluations.isName(point.fieldKey(i))) {
        return true;
      }
    }
    return false;
  }
}
