// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * Appends lines to a file, which is created with the first of them.
 *
 * <p>The lines are compressed when the name ends in {@code .gz}: each destination appends a gzip
 * member of its own, whole once it is closed.
 */
public final class FileDestination implements Destination {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path path;
  private OutputStream file;

  /** Appends to {@code path}. */
  public FileDestination(Path path) {
    this.path = path;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  @Override
  public Outcome deliver(byte[] lines, boolean lastChance) throws IOException {
    if (file == null) {
      file = open();
    }
    file.write(lines);
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
