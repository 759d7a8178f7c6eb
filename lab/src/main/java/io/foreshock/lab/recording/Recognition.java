// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the formats of files, and remembers them, because a directory that is watched is
 * searched every few seconds.
 *
 * <p><b>Edges.</b> A file that was not recognized is looked at again when it has changed.
 * <b>Threads.</b> Not safe.
 */
public final class Recognition {
  private record Seen(long bytes, long modifiedMillis, @Nullable LogFormat format) {}

  private final Map<Path, Seen> seen = new HashMap<>();

  /** Returns the format of a file; null when none recognizes it. */
  @Nullable LogFormat of(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    long modifiedMillis = now.lastModifiedTime().toMillis();
    Seen before = seen.get(file);
    if (before != null
        && (before.format != null
            || (before.bytes == now.size() && before.modifiedMillis == modifiedMillis))) {
      return before.format;
    }
    LogFormat format = Formats.of(new LogFile(file).head());
    seen.put(file, new Seen(now.size(), modifiedMillis, format));
    return format;
  }
}
