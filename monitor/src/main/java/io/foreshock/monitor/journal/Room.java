// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much of the disk the journal may take.
 *
 * <p>Two bounds: a size of its own, reached when stores are away for long, and a reserve that is
 * left free on the disk, so that what matters most (alarms, commands, snapshots, messages not
 * delivered) can still be written when telemetry cannot.
 *
 * @param maxBytes of the journal's files
 * @param reserveBytes left free on the disk; 0 = not looked at
 */
public record Room(long maxBytes, long reserveBytes) {
  /** As much as the disk has. */
  public static final Room UNBOUNDED = new Room(Long.MAX_VALUE, 0);

  /**
   * Why no telemetry may be written; empty when it may.
   *
   * @param directory of the journal
   * @param bytes that its files hold
   */
  Optional<String> shortage(Path directory, long bytes) {
    if (bytes >= maxBytes) {
      return Optional.of(
          "it holds "
              + bytes
              + " bytes that are not stored yet, and limits.journal_bytes = "
              + maxBytes);
    }
    // asking costs a microsecond, the fsync that follows a thousand
    long free = reserveBytes == 0 ? Long.MAX_VALUE : directory.toFile().getUsableSpace();
    if (free >= reserveBytes) {
      return Optional.empty();
    }
    return Optional.of(
        Files.isDirectory(directory)
            ? "the disk has " + free + " bytes left, and limits.free_disk_bytes = " + reserveBytes
            : "its directory " + directory + " was removed");
  }
}
