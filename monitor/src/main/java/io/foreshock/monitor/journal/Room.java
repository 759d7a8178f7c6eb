// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much of the disk the journal may use.
 *
 * <p>There are two bounds. The journal's size has a limit, which it reaches when a store is away
 * for long. And a reserve of the disk stays free, so that alarms, commands, snapshots and
 * undelivered messages can still be written when telemetry cannot.
 *
 * @param maxBytes largest size of the journal's files together
 * @param reserveBytes bytes that stay free on the disk; 0 = not checked
 */
public record Room(long maxBytes, long reserveBytes) {
  /** No bounds but the disk's size. */
  public static final Room UNBOUNDED = new Room(Long.MAX_VALUE, 0);

  /**
   * Why no telemetry may be written; empty when it may.
   *
   * @param directory of the journal
   * @param bytes size of its files
   */
  Optional<String> shortage(Path directory, long bytes) {
    if (bytes >= maxBytes) {
      return Optional.of(
          "it holds %s bytes that are not stored yet, and limits.journal_bytes = %s"
              .formatted(bytes, maxBytes));
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
