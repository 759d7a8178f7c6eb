// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Appends lines to a file, which is created with the first of them. */
public final class FileDestination implements Destination {
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
      file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    file.write(lines);
    return Outcome.DELIVERED;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
