// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Appends lines to a file, which is created with the first line.
 *
 * <p>The lines are compressed when the name ends in {@code .gz}: each destination appends its own
 * gzip member, which is complete once it is closed.
 */
public final class FileDestination implements Destination {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path path;
  private @Nullable OutputStream file;

  /** A destination that appends to {@code path}. */
  public FileDestination(Path path) {
    this.path = path;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  @Override
  public Outcome deliver(byte[] lines, boolean lastChance) throws IOException {
    OutputStream out = file == null ? open() : file;
    file = out;
    out.write(lines);
    return Outcome.DELIVERED;
  }

  private OutputStream open() throws IOException {
    OutputStream plain =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return path.toString().endsWith(".gz") ? new GZIPOutputStream(plain, BUFFER_BYTES) : plain;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
