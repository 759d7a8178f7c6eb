// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.recording.Log;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The directory in which {@code attach} writes down what it sent.
 *
 * @param monitor to which it was sent; another one gets everything
 */
record StateFolder(Path folder, URI monitor) {
  /** {@code foreshock/attach} where programs keep their state by the XDG convention. */
  static Path usual() {
    String xdg = System.getenv("XDG_STATE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(xdg);
    return base.resolve("foreshock").resolve("attach");
  }

  /** The lock is held until the process ends, however it ends. */
  private static void lock(Path file, Log log) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw new IOException(
          log.files().get(0)
              + ": another attach follows this log and sends it to the same monitor");
    }
  }

  /**
   * What was sent of a log.
   *
   * @throws IOException when the directory cannot be used, or another process follows the log
   */
  SentLines of(Log log) throws IOException {
    if (log.isStandardInput()) {
      return SentLines.forgetful();
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException(
          folder + ": cannot be created; name another directory with --state: " + e.getMessage(),
          e);
    }
    Path first = log.files().get(0).toAbsolutePath().normalize();
    String of = log.format().writtenWhole() ? "" : first.toString(); // it moves with checkpoints
    String key = monitor + "\n" + log.run() + "\n" + of;
    String name = UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString();
    lock(folder.resolve(name + ".lock"), log);
    return SentLines.of(folder.resolve(name + ".json"));
  }
}
