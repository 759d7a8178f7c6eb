// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import io.foreshock.monitor.store.DuckDbStore;
import io.foreshock.monitor.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of a store's file for statements to read.
 *
 * <p>Statements share the newest copy for {@value #REST} times as long as it took to make, and
 * longer while nothing new is stored. So copying takes at most a tenth of the disk's time, and a
 * small store is read as it was a moment ago. A copy that nobody used for {@value #IDLE_SECONDS} s
 * is deleted.
 *
 * <p><b>Threads.</b> Any; one copies while the others wait.
 */
final class StoreCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreCopies.class);
  private static final long REST = 10;
  private static final long IDLE_SECONDS = 60;

  private final DuckDbStore store;
  private final Path directory;
  private final long freeBytes;
  private final ScheduledExecutorService cleaner =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sql-copies");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Copy newest;
  private long number;

  StoreCopies(DuckDbStore store, Path directory, long freeBytes) {
    this.store = store;
    this.directory = directory;
    this.freeBytes = freeBytes;
    delete(directory);
    cleaner.scheduleWithFixedDelay(this::dropIdle, IDLE_SECONDS, IDLE_SECONDS, TimeUnit.SECONDS);
  }

  /** One copy, in a directory of its own. */
  private static final class Copy {
    final Path folder;
    final Instant asOf;
    final long applied;
    final long staleNanos;
    int users;
    long usedNanos;

    Copy(Path folder, Instant asOf, long applied, long staleNanos) {
      this.folder = folder;
      this.asOf = asOf;
      this.applied = applied;
      this.staleNanos = staleNanos;
    }
  }

  /** The use of a copy, which is not deleted meanwhile. */
  final class Lease implements AutoCloseable {
    private final Copy copy;

    private Lease(Copy copy) {
      this.copy = copy;
    }

    Path file() {
      return copy.folder.resolve(store.path().getFileName());
    }

    /** When the copy was made. */
    Instant asOf() {
      return copy.asOf;
    }

    @Override
    public void close() {
      release(copy);
    }
  }

  /**
   * The newest copy, or a new one.
   *
   * @throws StoreException when it cannot be made now
   */
  synchronized Lease lease() {
    Copy copy = newest;
    if (copy == null || isStale(copy)) {
      Copy fresh = make();
      newest = fresh;
      if (copy != null && copy.users == 0) {
        delete(copy.folder);
      }
      copy = fresh;
    }
    copy.users++;
    return new Lease(copy);
  }

  private boolean isStale(Copy copy) {
    return copy.applied != store.appliedSequence() && System.nanoTime() - copy.staleNanos > 0;
  }

  private Copy make() {
    number++;
    Path folder = directory.resolve("copy-" + number);
    long began = System.nanoTime();
    Instant asOf = Instant.now();
    long applied = store.appliedSequence();
    try {
      Files.createDirectories(folder);
      long room = folder.toFile().getUsableSpace() - freeBytes;
      if (store.bytes() > room) {
        throw new StoreException(
            "the disk has no room for a copy of the store: it needs %d bytes and %d may be used"
                .formatted(store.bytes(), Math.max(0, room)),
            null);
      }
      store.copyTo(folder);
    } catch (IOException e) {
      delete(folder);
      throw new StoreException("the store cannot be copied: " + e, e);
    } catch (StoreException e) {
      delete(folder);
      throw e;
    }
    long ended = System.nanoTime();
    return new Copy(folder, asOf, applied, ended + REST * (ended - began));
  }

  private synchronized void release(Copy copy) {
    copy.users--;
    copy.usedNanos = System.nanoTime();
    if (copy != newest && copy.users == 0) {
      delete(copy.folder);
    }
  }

  private synchronized void dropIdle() {
    Copy copy = newest;
    if (copy != null
        && copy.users == 0
        && System.nanoTime() - copy.usedNanos > TimeUnit.SECONDS.toNanos(IDLE_SECONDS)) {
      delete(copy.folder);
      newest = null;
    }
  }

  /** Deletes all copies; statements that still read one fail. */
  @Override
  public synchronized void close() {
    cleaner.shutdownNow();
    newest = null;
    delete(directory);
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> inOrder = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : inOrder) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} cannot be deleted", folder, e);
    }
  }
}
