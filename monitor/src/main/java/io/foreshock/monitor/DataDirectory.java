// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The data directory, held by one monitor at a time. */
final class DataDirectory implements AutoCloseable {
  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the directory where needed and takes it.
   *
   * @throws StartException when it cannot be written, or another monitor has it
   */
  static DataDirectory take(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel, false) == null) {
        channel.close();
        throw new StartException(
            "data directory "
                + directory.toAbsolutePath()
                + " is in use by another monitor:"
                + " stop it, or choose another one with --data",
            null);
      }
      return new DataDirectory(channel);
    } catch (IOException e) {
      throw new StartException(
          "data directory " + directory.toAbsolutePath() + " cannot be used: " + e, e);
    }
  }

  /**
   * Holds a directory to read it: no monitor can take it meanwhile, and nothing in it is changed.
   *
   * @throws StartException when a monitor has it
   */
  static DataDirectory share(Path directory) throws IOException {
    Path file = directory.resolve("lock");
    if (!Files.exists(file)) {
      return new DataDirectory(null); // a copy of a directory
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    if (lock(channel, true) == null) {
      channel.close();
      throw new StartException(
          "data directory "
              + directory.toAbsolutePath()
              + " is in use by a running monitor: ask that (--monitor URL)",
          null);
    }
    return new DataDirectory(channel);
  }

  /** Lets go of it; the lock file stays. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private static FileLock lock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null; // another monitor in this process
    }
  }
}
