// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The lock on the data directory, which one monitor holds at a time.
 *
 * @param channel holds the lock; null for a copy of a directory, which has no lock file
 */
record DataDirectory(@Nullable FileChannel channel) implements AutoCloseable {
  /**
   * Creates the directory if it is missing, and locks it.
   *
   * @throws StartException when it cannot be written, or another monitor has locked it
   */
  static DataDirectory lock(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel, false) == null) {
        channel.close();
        throw new StartException(
            ("data directory %s is in use by another monitor: stop it, or choose another one with"
                    + " --data")
                .formatted(directory.toAbsolutePath()));
      }
      return new DataDirectory(channel);
    } catch (IOException e) {
      throw new StartException(
          "data directory " + directory.toAbsolutePath() + " cannot be used: " + e, e);
    }
  }

  /**
   * Locks a directory for reading: meanwhile no monitor can lock it, and nothing in it changes.
   *
   * @throws StartException when a monitor has locked it
   */
  static DataDirectory share(Path directory) throws IOException {
    Path file = directory.resolve("lock");
    if (!Files.exists(file)) {
      return new DataDirectory(null); // a copy of a directory
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    if (tryLock(channel, true) == null) {
      channel.close();
      throw new StartException(
          "data directory %s is in use by a running monitor: ask that monitor (--monitor URL)"
              .formatted(directory.toAbsolutePath()));
    }
    return new DataDirectory(channel);
  }

  /** Unlocks the directory; the lock file stays. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel, boolean shared)
      throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null; // another monitor in this process
    }
  }
}
