// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.util.regex.Pattern;

/**
 * Hugging Face's {@code trainer_state.json}: the records of a run in {@code log_history}, between
 * what the Trainer needs to resume. A list of such records alone is read, too.
 *
 * <p><b>Definition.</b>
 *
 * <ul>
 *   <li>{@code max_steps} is announced as {@code total_steps}.
 *   <li>Each loss is the mean since the one before. {@code loss_steps} is announced as {@code
 *       logging_steps} says. If it is not there, or losses are recorded more often, it is the most
 *       frequent distance of two losses.
 *   <li>The run has finished if {@code global_step} has reached {@code max_steps}, or if the last
 *       record is the summary that the Trainer writes when it ends.
 * </ul>
 *
 * <p><b>Edges.</b> A file that is not complete, such as one that is being written, has no records.
 */
public final class TrainerStateLog implements LogFormat {
  private static final Pattern STATE = Pattern.compile("(?s)\\{.*\"log_history\"\\s*:\\s*\\[.*");

  /** Objects in lines; that of ms-swift ends with one that holds the history again. */
  private static final Pattern LINES = Pattern.compile("(?s)\\{[^\\n]*}\\s*\\n\\s*\\{.*");

  private static final Pattern LIST =
      Pattern.compile(
          "(?s)\\[\\s*\\{(?=[^{}]*\"epoch\"\\s*:)(?=[^{}]*\"step\"\\s*:)"
              + "(?=[^{}]*\"(loss|eval_\\w+|learning_rate|train_runtime)\"\\s*:)[^{}]*}.*");

  @Override
  public String name() {
    return "hf-state";
  }

  @Override
  public boolean recognizes(Head head) {
    String text = head.text().strip();
    boolean state = STATE.matcher(text).matches() && !LINES.matcher(text).matches();
    return state || LIST.matcher(text).matches();
  }

  @Override
  public boolean writtenWhole() {
    return true;
  }

  @Override
  public LogReader reader(ReadingOptions options) {
    return new TrainerStateReader(options.names());
  }
}
