// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogFormat;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the logs below a directory.
 *
 * <p><b>Definition.</b> A file is a log if its name is one that programs give to logs and its
 * content is of a known format. Event files of TensorBoard in one directory are one run's log, in
 * the order of their times. Of the states in a run's checkpoints the newest counts. A program often
 * writes the same numbers in several formats. So of logs in one directory, or in one above the
 * other, only those of the first format in {@link #PREFERRED} are used, and the others are told.
 * Directories that every program calls the same, such as {@code checkpoint-500}, do not count.
 *
 * <p><b>Cost.</b> One look at the tree, and the beginning of each file that may be a log.
 */
final class LogFolder {
  /** What holds most comes first: each step, the times, the settings. */
  private static final List<String> PREFERRED =
      List.of("lp", "wandb", "tensorboard", "jsonl", "csv", "hf-state", "text");

  private static final Pattern MAY_BE_LOG =
      Pattern.compile(
          ".*\\.(lp|wandb|jsonl|csv|tsv|log|out)(\\.gz|\\.zst)?|.*tfevents.*|trainer_state\\.json");

  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)");

  private static final int DEEPEST = 12;

  private LogFolder() {}

  /** A file with a log, and the directory of its run. */
  private record Found(Path file, LogFormat format, Path home) {}

  /**
   * Returns the logs, in the order of their names.
   *
   * @param recognition knows the files of earlier searches
   * @param notes receives what was left out
   * @throws IOException when there is none, or the directory cannot be read
   */
  static List<Log> logs(
      Path folder, @Nullable LogFormat format, Recognition recognition, Consumer<String> notes)
      throws IOException {
    List<Found> found = found(folder, format, recognition);
    if (found.isEmpty()) {
      throw new IOException(folder + ": expected a directory with logs, found none");
    }
    List<Log> logs = new ArrayList<>();
    Map<LogFormat, Integer> left = new LinkedHashMap<>();
    Set<Path> homes = new HashSet<>();
    Set<Path> above = new HashSet<>();
    for (String name : PREFERRED) {
      List<Found> used = new ArrayList<>();
      for (Found log : found) {
        if (log.format.name().equals(name)) {
          if (above.contains(log.home) || isWithin(log.home, homes)) {
            left.merge(log.format, 1, Integer::sum);
          } else {
            used.add(log);
          }
        }
      }
      used.forEach(log -> addWithAbove(log.home, homes, above));
      logs.addAll(grouped(folder, used));
    }
    left.forEach(
        (other, files) ->
            notes.accept(
                folder
                    + ": left out "
                    + files
                    + (files == 1 ? " file" : " files")
                    + " of the format "
                    + other.name()
                    + " beside other logs; name the format to use it"));
    return logs;
  }

  private static List<Log> grouped(Path folder, List<Found> found) {
    Map<String, List<Found>> runs = new LinkedHashMap<>();
    for (Found log : found) {
      runs.computeIfAbsent(name(folder, log.file, log.format), n -> new ArrayList<>()).add(log);
    }
    List<Log> logs = new ArrayList<>();
    runs.forEach(
        (name, all) -> {
          LogFormat format = all.get(0).format;
          List<Path> files = all.stream().map(Found::file).toList();
          logs.add(new Log(name, false, inOrder(files, format), format));
        });
    return logs;
  }

  private static boolean isWithin(Path home, Set<Path> homes) {
    for (Path at = home; at != null; at = at.getParent()) {
      if (homes.contains(at)) {
        return true;
      }
    }
    return false;
  }

  private static void addWithAbove(Path home, Set<Path> homes, Set<Path> above) {
    homes.add(home);
    for (Path at = home; at != null; at = at.getParent()) {
      above.add(at);
    }
  }

  private static List<Found> found(Path folder, @Nullable LogFormat only, Recognition recognition)
      throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path file : candidates(folder)) {
      LogFormat format = recognition.of(file);
      if (format != null && (only == null || format == only)) {
        found.add(new Found(file, format, home(folder, file)));
      }
    }
    return found;
  }

  /** The directory of a log's run: the nearest one whose name says something. */
  private static Path home(Path folder, Path file) {
    Path home = folder.toAbsolutePath().normalize();
    Path within = home.relativize(file.toAbsolutePath().normalize());
    int parts = within.getNameCount() - 1;
    while (parts > 0 && RunNames.saysNothing(within.getName(parts - 1))) {
      parts--;
    }
    return parts == 0 ? home : home.resolve(within.subpath(0, parts));
  }

  private static List<Path> candidates(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    Files.walkFileTree(
        folder,
        Set.of(),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            if (attributes.isRegularFile()
                && attributes.size() > 0
                && MAY_BE_LOG.matcher(name).matches()
                && Files.isReadable(file)) {
              files.put(file.toString(), file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // vanished or forbidden: not a log for us
          }
        });
    return List.copyOf(files.values());
  }

  private static String name(Path folder, Path file, LogFormat format) {
    return RunNames.within(folder, format.filesOfRun() ? file.resolveSibling("") : file);
  }

  private static List<Path> inOrder(List<Path> files, LogFormat format) {
    if (format.writtenWhole() && files.size() > 1) {
      return List.of(files.stream().max(Comparator.comparingLong(LogFolder::checkpoint)).get());
    }
    return List.copyOf(files);
  }

  private static long checkpoint(Path file) {
    Path parent = file.getParent();
    Matcher number = CHECKPOINT.matcher(parent == null ? "" : parent.getFileName().toString());
    return number.matches() ? Long.parseLong(number.group(1)) : Long.MAX_VALUE;
  }
}
