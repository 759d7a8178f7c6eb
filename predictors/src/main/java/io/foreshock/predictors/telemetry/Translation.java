// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import io.foreshock.predictors.telemetry.NameTable.Meaning;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a line as people's tools write it into a line of the contract: names by a {@link
 * NameTable}, numbers that were written as texts, and measurements.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>In a {@code train_step} a field gets the contract's name, unless the line has that name
 *       already. Of a {@code train_layer} only the step is renamed.
 *   <li>A {@code run_config} keeps its fields and gets those of the contract that they mean, by
 *       {@link Settings}.
 *   <li>A text that is a number becomes that number, if its field is one of the contract.
 *   <li>A line of an unknown measurement becomes a {@code train_step} if it has a step and a signal
 *       that shows how training goes, such as loss or gradient norm. Lines of layers, heads and
 *       {@linkplain Evaluations evaluations} do not. Bookkeeping, such as the learning rate alone,
 *       does not either: it would take the place of the step's own line.
 *   <li>The loss in Hugging Face's last record is the mean of the whole run, so it is not renamed,
 *       and such a line is of no step.
 *   <li>In one program's log a field has one name. After a line with {@code loss}, a {@code
 *       train/loss} in another line is something else, such as the mean of an epoch. See {@link
 *       #ofOneLog}.
 * </ul>
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One look-up a field. {@link LineReader} calls it only
 * for lines that may need it.
 */
public final class Translation {
  private static final int MOST_REMEMBERED = 4096;
  private static final Meaning NONE = new Meaning("", -1, 0);
  private static final int STEP = NameTable.number(Telemetry.STEP);
  private static final int LOSS = NameTable.number(Signal.LOSS.wireName());

  /** Signals that do not show on their own how training goes. */
  private static final Set<Signal> BOOKKEEPING =
      EnumSet.of(
          Signal.LEARNING_RATE,
          Signal.TOKENS,
          Signal.BATCH,
          Signal.PARAM_NORM,
          Signal.STEP_SECONDS,
          Signal.SKIPPED,
          Signal.LOSS_SCALE);

  private final NameTable table;
  private final Map<String, Meaning> known = new HashMap<>();

  /** For each name of the contract the field of the line that has or gets it; -1 for none. */
  private final int[] chosen = new int[NameTable.size()];

  private final int[] rank = new int[NameTable.size()];

  /** For each name of the contract the lowest rank of a name in the log so far; null for none. */
  private final int @Nullable [] lowest;

  /** A translation of lines of many programs by a table. */
  public Translation(NameTable table) {
    this(table, null);
  }

  /** A translation of the lines of one program's log, in their order. */
  public static Translation ofOneLog(NameTable table) {
    int[] lowest = new int[NameTable.size()];
    Arrays.fill(lowest, Integer.MAX_VALUE);
    return new Translation(table, lowest);
  }

  private Translation(NameTable table, int @Nullable [] lowest) {
    this.table = table;
    this.lowest = lowest;
  }

  /** Whether a field of that name may get another one. */
  boolean renames(String name) {
    Meaning meaning = meaning(name);
    return meaning != NONE && !meaning.name().equals(name);
  }

  /** Translates a line in place. */
  public void apply(Point point) {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == Measurement.RUN_CONFIG) {
      addSettings(point);
      return;
    }
    choose(point);
    if (measurement == Measurement.TRAIN_LAYER) {
      rename(point, STEP);
      readNumbers(point, measurement);
    } else if (measurement == Measurement.TRAIN_STEP || isStep(point)) {
      for (int field = 0; field < chosen.length; field++) {
        rename(point, field);
      }
      point.setMeasurement(Measurement.TRAIN_STEP.wireName());
      readNumbers(point, Measurement.TRAIN_STEP);
    }
  }

  /** Adds the fields of the contract that settings under other names mean. */
  private static void addSettings(Point point) {
    Settings.of(point.fields())
        .fields()
        .forEach(
            (name, value) -> {
              if (point.field(name) >= 0) {
                return; // what the sender says by the contract's own name counts
              }
              if (value instanceof Boolean flag) {
                point.addBoolean(name, flag);
              } else if (value instanceof Long integer) {
                point.addInteger(name, integer);
              } else if (value instanceof Number number) {
                point.addFloat(name, number.doubleValue());
              } else {
                point.addText(name, String.valueOf(value));
              }
            });
  }

  private void choose(Point point) {
    Arrays.fill(chosen, -1);
    for (int i = 0; i < point.fieldCount(); i++) {
      Meaning meaning = meaning(point.fieldKey(i));
      int field = meaning.field();
      if (field >= 0 && (chosen[field] < 0 || meaning.rank() < rank[field])) {
        chosen[field] = i;
        rank[field] = meaning.rank();
      }
    }
    if (lowest != null) {
      keepOneName(lowest);
    }
    int loss = chosen[LOSS];
    if (loss >= 0 && renames(point.fieldKey(loss)) && Telemetry.isSummary(point)) {
      chosen[LOSS] = -1;
    }
  }

  private void keepOneName(int[] lowest) {
    for (int field = 0; field < chosen.length; field++) {
      if (chosen[field] >= 0 && rank[field] > lowest[field]) {
        chosen[field] = -1;
      } else if (chosen[field] >= 0) {
        lowest[field] = rank[field];
      }
    }
  }

  private void rename(Point point, int field) {
    if (chosen[field] >= 0) {
      point.rename(chosen[field], meaning(point.fieldKey(chosen[field])).name());
    }
  }

  /** Whether a line of an unknown measurement can be judged as that of a step. */
  private boolean isStep(Point point) {
    if (chosen[STEP] < 0
        || Telemetry.isSummary(point)
        || !Telemetry.isStep(number(point, chosen[STEP]))) {
      return false;
    }
    for (int i = 0; i < point.tagCount(); i++) {
      switch (point.tagKey(i)) {
        case "layer", "head":
          return false;
        case "segment":
          if (!point.tagValue(i).matches("[0-9]{1,9}")) {
            return false;
          }
          break;
        default:
          break;
      }
    }
    return showsTraining(point) && !isOtherInContract(point) && !Evaluations.isLine(point);
  }

  private boolean showsTraining(Point point) {
    for (int i = 0; i < point.fieldCount(); i++) {
      Meaning meaning = meaning(point.fieldKey(i));
      Signal signal = Signal.of(Measurement.TRAIN_STEP, meaning.name());
      String text = point.text(i);
      boolean number = text == null || NumberText.of(text) != null;
      if (signal != null && !BOOKKEEPING.contains(signal) && !signal.isAuxiliary() && number) {
        return true;
      }
    }
    return false;
  }

  /** Whether the contract gives the measurement another meaning. */
  private static boolean isOtherInContract(Point point) {
    return point.measurement().equals(Telemetry.EVALUATION)
        || point.measurement().equals(Telemetry.EVENT);
  }

  private static double number(Point point, int field) {
    String text = point.text(field);
    Double number = text == null ? (Double) point.number(field) : NumberText.of(text);
    return number == null ? Double.NaN : number;
  }

  private static void readNumbers(Point point, Measurement measurement) {
    for (int i = 0; i < point.fieldCount(); i++) {
      String text = point.text(i);
      if (text != null && isNumber(measurement, point.fieldKey(i))) {
        Double number = NumberText.of(text);
        if (number != null) {
          point.setNumber(i, number, isInteger(measurement, point.fieldKey(i)));
        }
      }
    }
  }

  private static boolean isNumber(Measurement measurement, String key) {
    return measurement == Measurement.TRAIN_STEP
        ? NameTable.isContract(key)
        : Telemetry.isCount(key) || Signal.of(measurement, key) != null;
  }

  private static boolean isInteger(Measurement measurement, String key) {
    Signal signal = Signal.of(measurement, key);
    return signal == null ? Telemetry.isCount(key) : signal.integer();
  }

  private Meaning meaning(String name) {
    Meaning meaning = name.length() > table.longest() ? NONE : known.get(name);
    if (meaning == null) {
      meaning = found(table.find(name));
      if (known.size() < MOST_REMEMBERED) {
        known.put(name, meaning);
      }
    }
    return meaning;
  }

  private static Meaning found(@Nullable Meaning meaning) {
    return meaning == null ? NONE : meaning;
  }
}
