// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of checkpoints, one file per step.
 *
 * <p><b>What is kept.</b> The newest {@code keep} checkpoints, and the newest one without an active
 * alarm, however old it is. A damaged file is skipped with a warning. A rollback deletes the
 * checkpoints after its target, because they belong to a dead segment, and a resume must not use
 * them.
 *
 * <p><b>Threads.</b> For one thread; one process per directory.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final Pattern NAME = Pattern.compile("step-(\\d{10})(-alarm)?\\.safetensors");

  private final Path directory;
  private final int keep;

  /** A file, with step and flag from its name. */
  private record Entry(Path file, long step, boolean quiet) {}

  /**
   * Opens a directory, which is created when it does not exist.
   *
   * @param keep number of newest checkpoints that are kept, at least 1
   */
  public CheckpointStore(Path directory, int keep) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.keep = keep;
  }

  /**
   * Writes a checkpoint, replaces an older one of the same step, and deletes those that are too
   * old.
   */
  public Path save(Checkpoint checkpoint) throws IOException {
    long step = checkpoint.state().step();
    Path file = directory.resolve(name(step, checkpoint.quiet()));
    CheckpointFile.write(file, checkpoint);
    Files.deleteIfExists(directory.resolve(name(step, !checkpoint.quiet())));
    dropOld();
    return file;
  }

  /** The newest readable checkpoint. */
  public Optional<Checkpoint> newest() throws IOException {
    return newestAtOrBefore(Long.MAX_VALUE);
  }

  /** The newest readable checkpoint whose step is not after {@code step}. */
  public Optional<Checkpoint> newestAtOrBefore(long step) throws IOException {
    for (Entry entry : newestFirst()) {
      if (entry.step() <= step) {
        try {
          return Optional.of(CheckpointFile.read(entry.file()));
        } catch (IOException | RuntimeException e) { // damaged bytes can cause any exception
          LOG.warn("checkpoint {} is damaged and skipped: {}", entry.file(), e.toString());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether there is no checkpoint, intact or damaged. */
  public boolean isEmpty() throws IOException {
    return newestFirst().isEmpty();
  }

  /** Deletes the checkpoints of later steps. */
  public void deleteAfter(long step) throws IOException {
    for (Entry entry : newestFirst()) {
      if (entry.step() > step) {
        Files.delete(entry.file());
      }
    }
    CheckpointFile.force(directory);
  }

  private void dropOld() throws IOException {
    List<Entry> entries = newestFirst();
    Set<Path> kept = new HashSet<>();
    entries.stream().limit(keep).map(Entry::file).forEach(kept::add);
    entries.stream().filter(Entry::quiet).limit(1).map(Entry::file).forEach(kept::add);
    for (Entry entry : entries) {
      if (!kept.contains(entry.file())) {
        Files.delete(entry.file());
      }
    }
  }

  private List<Entry> newestFirst() throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (matcher.matches()) {
          entries.add(new Entry(file, Long.parseLong(matcher.group(1)), matcher.group(2) == null));
        }
      }
    }
    entries.sort(Comparator.comparingLong(Entry::step).reversed());
    return entries;
  }

  private static String name(long step, boolean quiet) {
    return "step-%010d%s.safetensors".formatted(step, quiet ? "" : "-alarm");
  }
}
