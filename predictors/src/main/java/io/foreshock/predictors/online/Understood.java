// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a run's lines was understood. Immutable.
 *
 * @param lines lines of the run, whatever they hold
 * @param steps those of them that are of a whole step
 * @param unread lines that hold no signal
 * @param stepless those of them that have no step either
 * @param unreadFields names of fields in such lines; not all, if there are many
 * @param unusedFields names of other fields of steps and layers that no detector uses; not all, if
 *     there are many
 * @param evaluations lines of evaluations; of their fields only losses are judged
 * @param repeated lines of a step that had a line before, with another value of the same signal
 * @param split lines that repeat some signals of their step and add others, which are not judged
 * @param late lines of steps and layers that came after newer ones
 */
public record Understood(
    long lines,
    long steps,
    long unread,
    long stepless,
    List<String> unreadFields,
    List<String> unusedFields,
    long evaluations,
    long repeated,
    long split,
    long late) {

  /** A run without lines. */
  public static final Understood NOTHING =
      new Understood(0, 0, 0, 0, List.of(), List.of(), 0, 0, 0, 0);

  /** What people should know of it, a sentence or two each; empty when all was judged. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    if (unread > 0) {
      sentences.add(
          share(unread, lines, "held", "held")
              + " no signal that Foreshock knows"
              + (unreadFields.isEmpty() ? "" : ": " + fields(unreadFields))
              + "."
              + (stepless > 0 ? " " + stepless + " of them had no field step." : "")
              + " Rename the fields, or map them: --map FROM=TO, or names: in the monitor's"
              + " configuration.");
    }
    List<String> unused = new ArrayList<>(unusedFields);
    unused.removeAll(unreadFields); // they were named already
    if (!unused.isEmpty()) {
      sentences.add("No detector uses the " + fields(unused) + ".");
    }
    if (evaluations > 0) {
      sentences.add(
          share(evaluations, lines, "is", "are")
              + " of evaluations. Of their fields only losses are judged.");
    }
    if (repeated > 0) {
      sentences.add(
          share(repeated, steps, "repeats", "repeat")
              + " a step with other values: several ranks write this log? Each signal of a step"
              + " is judged once.");
    }
    if (split > 0) {
      sentences.add(
          share(split, steps, "repeats", "repeat")
              + " some signals of its step and adds others, which are not judged: send each signal"
              + " of a step once.");
    }
    if (late > 0) {
      sentences.add(
          share(late, lines, "came", "came")
              + " after lines of newer steps. Such lines are stored, not judged.");
    }
    return sentences;
  }

  private static String share(long part, long whole, String verbOfOne, String verbOfMany) {
    return part
        + " of "
        + whole
        + (whole == 1 ? " line " : " lines ")
        + (part == 1 ? verbOfOne : verbOfMany);
  }

  private static String fields(List<String> names) {
    return (names.size() == 1 ? "field " : "fields ") + String.join(", ", names);
  }
}
