// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Evaluations;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Settings;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import io.foreshock.predictors.telemetry.TrainingObjective;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log with names and values. It puts each value where its {@link FieldRole} says,
 * and passes the record on as a point, with the configuration before it that it shows.
 *
 * <p><b>Edges.</b>
 *
 * <ul>
 *   <li>A text of more than {@value #LONGEST_TEXT} characters, such as a sample of what the model
 *       writes, is left out.
 *   <li>The names of a record that says to be of an evaluation get that word in front of them.
 *   <li>The planned steps are announced once two steps agree on them, because others count under
 *       the same name.
 *   <li>A missing loss is NaN if the record has the same names as the last one with a loss, and no
 *       others. Encoders that have no NaN write {@code null} for it, while tables with a column for
 *       everything have {@code null} in all columns of training.
 * </ul>
 *
 * <p><b>Threads.</b> Not safe; one instance is refilled record after record.
 */
public final class LogRecord {
  private static final int LONGEST_TEXT = 1000;
  private static final int LONGEST_SPLIT = 12;

  /** ms-swift writes the step as {@code 20/500}. */
  private static final String STEP_OF_TOTAL = "global_step/max_steps";

  private static final Pattern OF_TOTAL = Pattern.compile("(\\d{1,15})/(\\d{1,15})");

  private final NameTable names;
  private final Point point = new Point();
  private final Point config = new Point();
  private final Map<String, Announced> announced = new HashMap<>();
  private @Nullable String run;
  private @Nullable String split;
  private @Nullable RunConfig settings;
  private long totalSteps;
  private @Nullable TrainingObjective objective;
  private final List<String> losses = new ArrayList<>();
  private @Nullable String missingLoss;
  private String[] namesWithLoss = {};

  /** What a run's configuration was said to be. */
  private static final class Announced {
    private @Nullable RunConfig settings;
    private @Nullable TrainingObjective objective;
    private long totalSteps;
    private long candidate;
    private double candidateStep;
  }

  public LogRecord(NameTable names) {
    this.names = names;
  }

  /** Begins another record. */
  public void begin() {
    point.begin(Measurement.TRAIN_STEP.wireName());
    split = null;
    settings = null;
    totalSteps = 0;
    objective = null;
    losses.clear();
    missingLoss = null;
  }

  /** Names the run, unless the record has a run already. */
  public void run(String name) {
    if (point.tag(Telemetry.RUN) == null && !name.isBlank()) {
      point.addTag(Telemetry.RUN, name);
    }
  }

  /** Sets the time, unless the record has one already. */
  public void time(long nanos) {
    if (nanos != TimeText.NONE && !point.hasTime()) {
      point.setTimestamp(nanos);
    }
  }

  /** Whether the record has a field of that name. */
  public boolean has(String name) {
    return point.field(name) >= 0;
  }

  /** Adds a whole number. */
  public void integer(String name, FieldRole role, long value) {
    if (role == FieldRole.RUN) {
      run(Long.toString(value));
    } else if (!isTime(role, value)) {
      note(name, role, value);
      point.addInteger(name, value);
    }
  }

  /** Adds a number, which may be NaN or infinite. */
  public void number(String name, FieldRole role, double value) {
    if (!isTime(role, value)) {
      note(name, role, value);
      point.addFloat(name, value);
    }
  }

  private boolean isTime(FieldRole role, double value) {
    long nanos = role == FieldRole.TIME ? TimeText.nanos(value) : TimeText.NONE;
    time(nanos);
    return nanos != TimeText.NONE;
  }

  private void note(String name, FieldRole role, double value) {
    if (role == FieldRole.TOTAL_STEPS && value >= 1 && value == Math.rint(value)) {
      totalSteps = (long) value;
    } else if (role == FieldRole.LOSS) {
      losses.add(name);
    } else if (role == FieldRole.POLICY) {
      objective = TrainingObjective.POLICY;
    } else if (role == FieldRole.PREFERENCE) {
      objective = TrainingObjective.PREFERENCE;
    }
  }

  /** Adds a text that is no number. */
  public void text(String name, FieldRole role, String value) {
    if (role == FieldRole.RUN) {
      run(value);
      return;
    }
    Matcher count = OF_TOTAL.matcher(value);
    if (name.equals(STEP_OF_TOTAL) && count.matches()) {
      totalSteps = Long.parseLong(count.group(2));
      point.addInteger("global_step", Long.parseLong(count.group(1)));
      return;
    }
    long nanos = role == FieldRole.TIME ? TimeText.nanos(value) : TimeText.NONE;
    if (nanos != TimeText.NONE) {
      time(nanos);
    } else if (role == FieldRole.SPLIT
        && value.length() <= LONGEST_SPLIT
        && Evaluations.isName(value)) {
      split = value;
    } else if (value.length() <= LONGEST_TEXT) {
      point.addText(name, value);
    }
  }

  /** Says that the record names a loss and gives no value. */
  public void missing(String name, FieldRole role) {
    missingLoss = role == FieldRole.LOSS ? name : missingLoss;
  }

  /** Adds the settings of the run. */
  public void settings(Map<String, Object> values) {
    settings = Settings.of(values);
  }

  /** Passes the record on, unless it has no value. */
  public void pass(LineReader.Lines records, long number) {
    run = point.tag(Telemetry.RUN);
    readMissingLoss();
    try {
      announce(records);
      if (point.fieldCount() > 0) {
        if (split != null) {
          nameAsEvaluation(split);
        }
        records.line(point);
      }
    } catch (MalformedLineException e) {
      records.bad(number, e.reason());
    }
  }

  /** Whether the record is the summary that ends a run of Hugging Face's Trainer. */
  public boolean isSummary() {
    return Telemetry.isSummary(point);
  }

  /** Passes on that the run of this record has finished. The record is empty afterwards. */
  public void passEnd(LineReader.Lines records, long number, double step) {
    begin();
    point.setMeasurement(Telemetry.EVENT);
    if (run != null) {
      point.addTag(Telemetry.RUN, run);
    }
    point.addText("kind", "end");
    point.addText("status", "finished");
    if (step >= 0) {
      point.addInteger(Telemetry.STEP, (long) step);
    }
    pass(records, number);
  }

  /** Whether the record has a loss. */
  public boolean hasLoss() {
    return !losses.isEmpty();
  }

  /** Returns the record's step; NaN when it has none. */
  public double step() {
    for (int i = 0; i < point.fieldCount(); i++) {
      if (Telemetry.STEP.equals(names.translated(point.fieldKey(i)))) {
        return point.number(i);
      }
    }
    return Double.NaN;
  }

  private void readMissingLoss() {
    int count = point.fieldCount();
    if (!losses.isEmpty()) {
      if (count != namesWithLoss.length) {
        namesWithLoss = new String[count];
      }
      for (int i = 0; i < count; i++) {
        namesWithLoss[i] = point.fieldKey(i);
      }
    } else if (missingLoss != null && hasTheNamesWithLoss(missingLoss)) {
      point.addFloat(missingLoss, Double.NaN);
    }
  }

  private boolean hasTheNamesWithLoss(String loss) {
    if (point.fieldCount() != namesWithLoss.length - 1) {
      return false;
    }
    for (String name : namesWithLoss) {
      if (!name.equals(loss) && point.field(name) < 0) {
        return false;
      }
    }
    return true;
  }

  private void announce(LineReader.Lines records) throws MalformedLineException {
    if (settings == null && totalSteps == 0 && objective == null) {
      return;
    }
    Announced of = announced.computeIfAbsent(run == null ? "" : run, r -> new Announced());
    config.begin(Measurement.RUN_CONFIG.wireName());
    if (settings != null && !settings.equals(of.settings)) {
      of.settings = settings;
      Telemetry.put(config, settings);
    }
    if (objective != null && objective != of.objective) {
      of.objective = objective;
      config.addText(ConfigField.OBJECTIVE.wireName(), objective.name().toLowerCase(Locale.ROOT));
    }
    String totalName = ConfigField.TOTAL_STEPS.wireName();
    if (isPlan(of) && config.field(totalName) < 0) {
      config.addInteger(totalName, totalSteps);
    }
    if (config.fieldCount() > 0) {
      if (run != null) {
        config.addTag(Telemetry.RUN, run);
      }
      if (point.hasTime()) {
        config.setTimestamp(point.timestamp());
      }
      records.line(config);
    }
  }

  private boolean isPlan(Announced of) {
    double step =
        totalSteps == 0 || totalSteps == of.totalSteps ? Double.POSITIVE_INFINITY : step();
    if (step > totalSteps) {
      return false;
    }
    boolean agreed = totalSteps == of.candidate && step != of.candidateStep;
    of.candidate = totalSteps;
    of.candidateStep = step;
    of.totalSteps = agreed ? totalSteps : of.totalSteps;
    return agreed;
  }

  private void nameAsEvaluation(String word) {
    for (int i = 0; i < point.fieldCount(); i++) {
      String name = point.fieldKey(i);
      boolean place = name.equals("epoch") || Telemetry.STEP.equals(names.translated(name));
      if (!place && !Evaluations.isName(name)) {
        point.rename(i, word + "/" + name);
      }
    }
  }

  /** Whether a name shows that a record is of training. */
  public static boolean isOfTraining(String name, NameTable names) {
    String contract = names.translated(name);
    if (contract == null) {
      return Evaluations.isName(name);
    }
    Signal signal = Signal.of(Measurement.TRAIN_STEP, contract);
    return signal != null && signal != Signal.TOKENS && signal != Signal.BATCH;
  }
}
