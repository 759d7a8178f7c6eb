// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.RecordTrace;
import io.foreshock.lab.recording.format.ReadingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What a log holds before it is followed.
 *
 * @param lines how many
 * @param hash of the first lines, as many as were sent
 */
record Survey(long lines, long hash, LineClock.History history) {
  /** Reads the log once. */
  static Survey of(Log log, ReadingOptions options, long sent) throws IOException {
    RecordTrace trace = new RecordTrace();
    long[] lines = {0};
    log.read(
        options,
        point -> {
          if (!Attachment.isSettings(point) && lines[0]++ < sent) {
            trace.add(point);
          }
        },
        problem -> {});
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (Path file : log.files()) {
      BasicFileAttributes times = Files.readAttributes(file, BasicFileAttributes.class);
      from = Math.min(from, times.creationTime().to(TimeUnit.NANOSECONDS));
      to = Math.max(to, times.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
    return new Survey(
        lines[0], trace.hash(), new LineClock.History(lines[0], Math.min(from, to), to));
  }
}
