// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes exports to temporary files, which are deleted when they have been sent.
 *
 * <p><b>Bounds.</b> At most {@value #AT_ONCE} at a time, written or being sent. One stops when less
 * disk is free than is to be left. DuckDB writes rows as it reads them, and sorts lines on disk, so
 * the memory does not grow with the run. <b>Threads.</b> Any.
 */
public final class Exports {
  /** Most exports at a time. */
  public static final int AT_ONCE = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Exports.class);

  private final DuckDbStore store;
  private final Path directory;
  private final long freeBytes;
  private int open;

  /**
   * Creates the exports of a store, and deletes what an earlier start left behind.
   *
   * @param data directory in which the files are, in one of their own
   * @param freeBytes disk to leave free
   */
  public static Exports of(DuckDbStore store, Path data, long freeBytes) {
    return new Exports(store, data.resolve("exports").toAbsolutePath(), freeBytes);
  }

  private Exports(DuckDbStore store, Path directory, long freeBytes) {
    this.store = store;
    this.directory = directory;
    this.freeBytes = freeBytes;
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> old = Files.newDirectoryStream(directory)) {
        for (Path file : old) {
          Files.delete(file);
        }
      } catch (IOException e) {
        LOG.warn("exports of an earlier start cannot be deleted", e);
      }
    }
  }

  /** One export; {@link #close} stops it and deletes its file. */
  public final class Export implements AutoCloseable {
    private final ExportQuery query;
    private boolean running;
    private volatile boolean closed;
    private volatile boolean diskFull;
    private Path file = directory;

    private Export(ExportQuery query) {
      this.query = query;
    }

    /**
     * Writes the file and returns its path. May take minutes.
     *
     * @throws StoreException when it cannot be written, or was closed
     */
    public Path write() {
      synchronized (this) {
        if (closed) {
          throw new StoreException("the export was stopped", null);
        }
        running = true;
      }
      try {
        Files.createDirectories(directory);
        if (stops()) {
          throw new StoreException("the export was stopped", null);
        }
        file = Files.createTempFile(directory, "export-", "." + query.format().suffix());
        store.export(query, file, this::stops);
        return file;
      } catch (IOException e) {
        throw new StoreException("the export cannot be written: " + e, e);
      } catch (StoreException e) {
        throw diskFull
            ? new StoreException(
                "the export was stopped because less than "
                    + freeBytes
                    + " bytes of disk are free (limits.free_disk_bytes)",
                e)
            : e;
      } finally {
        synchronized (this) {
          running = false;
          if (closed) {
            delete();
          }
        }
      }
    }

    /** Stops the export if it is still being written, and deletes its file. */
    @Override
    public synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      if (!running) {
        delete();
      }
    }

    private boolean stops() {
      diskFull = directory.toFile().getUsableSpace() < freeBytes;
      return closed || diskFull;
    }

    private void delete() {
      try {
        if (!file.equals(directory)) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        LOG.warn("{} cannot be deleted", file, e);
      }
      end();
    }
  }

  /** Begins an export; null when there are {@value #AT_ONCE} already. */
  public synchronized @Nullable Export begin(ExportQuery query) {
    if (open == AT_ONCE) {
      return null;
    }
    open++;
    return new Export(query);
  }

  private synchronized void end() {
    open--;
  }
}
