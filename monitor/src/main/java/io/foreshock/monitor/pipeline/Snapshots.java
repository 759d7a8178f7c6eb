// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.store.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of snapshots, one file a run, each replaced atomically. The file's name is a hash,
 * for a run may be called anything.
 */
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final String SUFFIX = ".run";

  private final Path directory;
  private final int horizonSteps;

  Snapshots(Path directory, int horizonSteps) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.horizonSteps = horizonSteps;
  }

  /** All runs that can be read; one that cannot is told at ERROR and rebuilt from the journal. */
  List<Run> load() throws IOException {
    List<Run> runs = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        try {
          runs.add(SnapshotCodec.restore(Files.readAllBytes(file), horizonSteps));
        } catch (IOException | RuntimeException e) {
          LOG.error("snapshot {} cannot be read; what the journal holds is replayed", file, e);
        }
      }
    }
    return runs;
  }

  /** Replaces a run's snapshot. */
  void write(String run, byte[] snapshot) throws IOException {
    WholeFile.replace(file(run), snapshot);
  }

  /** Deletes a run's snapshot, if there is one. */
  void delete(String run) throws IOException {
    Files.deleteIfExists(file(run));
  }

  /** Makes the replacements themselves durable. */
  void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path file(String run) {
    return directory.resolve(fileName(run) + SUFFIX);
  }

  private static String fileName(String run) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(run.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
