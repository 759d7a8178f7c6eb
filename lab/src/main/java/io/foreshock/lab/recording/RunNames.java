// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names runs after the files in which their logs were found. */
final class RunNames {
  /** What every program calls its log says nothing about the run. */
  private static final Pattern SAYS_NOTHING =
      Pattern.compile(
          "(trainer_|train_|training_|run_)?(state|log|logs|history|metrics|losses|loss|output|out)"
              + "|train|training|progress|results?|stdout|stderr|console|main|log_history|history"
              + "|original|input|files|tb|tensorboard|tb_logs|tb_log|wandb|runs|checkpoints?"
              + "|checkpoint-\\d+|lightning_logs|csv_logs|data|debug||\\.+");

  private static final Pattern PLACES_OF_LOGS =
      Pattern.compile(
          "runs|logs?|files|wandb|lightning_logs|tb|tensorboard|checkpoints?|checkpoint-\\d+");

  private RunNames() {}

  /**
   * Returns the last part of the path, without its ending, that is not what every log is called.
   */
  static String of(Path file) {
    if (file.equals(LogFile.STANDARD_INPUT)) {
      return "stdin";
    }
    Path absolute = file.toAbsolutePath().normalize();
    String first = stem(absolute.getFileName().toString());
    String name = first;
    for (Path at = absolute; at != null && at.getFileName() != null; at = at.getParent()) {
      name = stem(at.getFileName().toString());
      if (!SAYS_NOTHING.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
        return name;
      }
    }
    return first;
  }

  /** A directory that a person names may be called as every program calls its own. */
  private static String ofDirectory(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    return name == null || PLACES_OF_LOGS.matcher(name.toString()).matches()
        ? of(absolute)
        : name.toString();
  }

  /**
   * Returns the parts of the path from a directory to a log, without those that say nothing; the
   * directory's own name if nothing is left.
   */
  static String within(Path directory, Path log) {
    List<String> parts = new ArrayList<>();
    for (Path part : directory.toAbsolutePath().relativize(log.toAbsolutePath())) {
      String name = stem(part.toString());
      if (!name.isEmpty() && !SAYS_NOTHING.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
        parts.add(name);
      }
    }
    return parts.isEmpty() ? ofDirectory(directory) : String.join("-", parts);
  }

  /** Whether a directory is called as every program calls it. */
  static boolean saysNothing(Path directory) {
    Path name = directory.getFileName();
    return name != null && SAYS_NOTHING.matcher(name.toString().toLowerCase(Locale.ROOT)).matches();
  }

  private static String stem(String fileName) {
    return fileName
        .replaceFirst("\\.?events\\.out\\.tfevents.*", "")
        .replaceFirst("(?<=.)(\\.(gz|zst|csv|tsv|jsonl|json|log|txt|out|lp|wandb))+$", "");
  }
}
