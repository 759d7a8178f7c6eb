// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the logs in the sources that a user names: files, directories and standard input.
 *
 * @param format of all files; null to recognize each
 * @param run name of the run; null to take it from the file
 * @param notes receives what was left out
 * @param recognition remembers the formats of files
 */
public record Logs(
    @Nullable LogFormat format,
    @Nullable String run,
    Consumer<String> notes,
    Recognition recognition) {
  /** A search that has seen no file yet. */
  public Logs(@Nullable LogFormat format, @Nullable String run, Consumer<String> notes) {
    this(format, run, notes, new Recognition());
  }

  /** Finds the logs of any format. */
  public static Logs recognized(Consumer<String> notes) {
    return new Logs(null, null, notes);
  }

  /**
   * Returns the logs in some sources, in their order.
   *
   * @throws IOException when a source does not exist, cannot be read, or holds no log; the message
   *     says so and what is expected
   */
  public List<Log> find(List<Path> sources) throws IOException {
    List<Log> logs = new ArrayList<>();
    for (Path source : sources) {
      logs.addAll(find(source));
    }
    if (run == null || logs.isEmpty()) {
      return logs;
    }
    if (logs.size() > 1) {
      throw new IOException(
          "--run = "
              + run
              + ": names one run, and there are several logs: "
              + logs.stream().map(Log::run).collect(Collectors.joining(", ")));
    }
    Log only = logs.get(0);
    return List.of(new Log(run, true, only.files(), only.format()));
  }

  private List<Log> find(Path source) throws IOException {
    if (!source.equals(LogFile.STANDARD_INPUT) && !Files.isReadable(source)) {
      throw new IOException(source + ": expected a file or directory that can be read");
    }
    if (Files.isDirectory(source)) {
      return LogFolder.logs(source, format, recognition, notes);
    }
    LogFormat of = format == null ? recognize(new LogFile(source)) : format;
    return List.of(new Log(RunNames.of(source), false, List.of(source), of));
  }

  private static LogFormat recognize(LogFile file) throws IOException {
    Head head = file.head();
    LogFormat format = Formats.of(head);
    if (format == null) {
      throw new IOException(
          file.path()
              + (head.bytes().length == 0
                  ? ": is empty, so its format cannot be recognized"
                  : ": no format is recognized: no line has a step and a loss; for a text give"
                      + " --pattern, for other names --map")
              + "; or name the format: "
              + Formats.names());
    }
    return format;
  }
}
