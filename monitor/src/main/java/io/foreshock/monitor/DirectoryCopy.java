// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.store.DuckDbStore;
import io.foreshock.monitor.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one run, or of all, from a stopped monitor's data directory, in a temporary directory.
 * Reading the copy does not change one byte of the original.
 *
 * <p>The runs' rows in the store are copied. Snapshots and journal files are linked, because a
 * monitor only ever replaces or deletes them as files. The newest journal file is copied, because a
 * monitor may cut it.
 *
 * <p><b>Errors.</b> {@link IOException} whose message names what to do.
 */
record DirectoryCopy(Path path) implements AutoCloseable {
  private static final String STORE = "foreshock.duckdb";

  /** The file, its write-ahead log, and its second copies. */
  private static final Set<String> STORE_FILES = Set.of("", ".wal", ".names", ".alarms");

  /**
   * Copies all data of a run, while no monitor runs on the directory.
   *
   * @param run null = all runs
   * @param memory DuckDB's memory limit, such as {@code 1GB}
   */
  static DirectoryCopy of(Path data, @Nullable String run, String memory) throws IOException {
    if (!Files.exists(data.resolve(STORE))) {
      throw new IOException(
          ("%s holds no %s: its telemetry is in another store. Start the monitor with its"
                  + " configuration and ask it (--monitor URL)")
              .formatted(data, STORE));
    }
    DirectoryCopy copy = new DirectoryCopy(Files.createTempDirectory("foreshock-report"));
    try (DataDirectory shared = DataDirectory.share(data)) {
      copy.fill(data.toAbsolutePath(), run, memory);
      return copy;
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void fill(Path data, @Nullable String run, String memory) throws IOException {
    link(data.resolve("snapshots"), path.resolve("snapshots"));
    Path journal = path.resolve("journal");
    link(data.resolve("journal"), journal);
    List<Path> files = list(journal);
    for (Path file : files.subList(Math.max(0, files.size() - 2), files.size())) {
      Path original = Files.readSymbolicLink(file); // the newest file, and the mark beside it
      Files.delete(file);
      Files.copy(original, file);
    }
    if (run == null) {
      for (Path file : list(data)) {
        String name = file.getFileName().toString();
        if (STORE_FILES.stream().anyMatch(suffix -> name.equals(STORE + suffix))) {
          Files.copy(file, path.resolve(name));
        }
      }
      return;
    }
    try {
      DuckDbStore.copyOf(data.resolve(STORE), run, path.resolve(STORE), memory).close();
    } catch (StoreException e) {
      throw new IOException(
          e.getMessage() + "; a monitor that starts on it repairs what it can", e);
    }
  }

  private static void link(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    if (Files.isDirectory(from)) {
      for (Path file : list(from)) {
        Files.createSymbolicLink(to.resolve(file.getFileName()), file);
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
