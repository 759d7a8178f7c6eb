// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies in a data directory. */
public final class DataFiles {
  private DataFiles() {}

  /** Files of a directory, by name. */
  public static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** Deletes a file with its write-ahead log, or what is in a directory. */
  public static void delete(Path data, String name) throws IOException {
    Path path = data.resolve(name);
    if (Files.isDirectory(path)) {
      for (Path file : list(path)) {
        Files.delete(file);
      }
      return;
    }
    Files.deleteIfExists(path);
    Files.deleteIfExists(data.resolve(name + ".wal"));
  }

  /** Copies a data directory as it is: what a machine that dies now would leave. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** What each file holds, as a digest by its path. */
  public static Map<String, String> digests(Path directory) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        digests.put(directory.relativize(file).toString(), HexFormat.of().formatHex(digest));
      }
    }
    return digests;
  }
}
