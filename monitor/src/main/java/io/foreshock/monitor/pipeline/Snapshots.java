// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.foreshock.monitor.store.WholeFile;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of snapshots, one file per run, each replaced atomically. The file's name is a
 * hash, because a run may have any name.
 *
 * <p>Of a run at rest only the head is read. A damaged file is moved aside and never overwritten,
 * so that someone can examine it. A run that was silent for long leaves an empty file, so that its
 * snapshot does not seem lost.
 *
 * <p><b>Threads.</b> One thread writes at a time; another may load other runs meanwhile.
 */
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final String SUFFIX = ".run";
  private static final String COVERED = "covered";
  private static final String FORGOTTEN = ".forgotten";
  private static final int FIRST_BYTES = 16 << 10;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final Watches watches;
  private final List<String> notifiers;
  private final Clock clock;

  /** Whether a snapshot could not be read completely. */
  private volatile boolean damaged;

  /**
   * Opens the directory.
   *
   * @param notifiers names of the notifiers
   * @param clock gives the time in the names of files that are moved aside
   */
  Snapshots(Path directory, Watches watches, List<String> notifiers, Clock clock)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.watches = watches;
    this.notifiers = notifiers;
    this.clock = clock;
  }

  /** Loads all runs that can be read, on all cores; those at rest stay parked. */
  List<KnownRun> load() throws IOException {
    return files().parallelStream().map(this::load).filter(Objects::nonNull).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private @Nullable KnownRun load(Path file) {
    SnapshotCodec.Head head = null;
    try {
      head = head(file);
      ParkedRun parked = head.isRestful() ? ParkedRun.ofAny(head) : null;
      return parked != null ? parked : restore(file, head);
    } catch (IOException | RuntimeException e) {
      return salvage(file, head, e);
    }
  }

  /** Loads a parked run. */
  Run load(ParkedRun parked) {
    Path file = file(parked.name());
    if (!Files.exists(file)) {
      LOG.warn("run {}: it has no snapshot; its detectors start anew", parked.name());
      return lost(parked);
    }
    SnapshotCodec.Head head = null;
    try {
      head = head(file);
      return restore(file, head);
    } catch (IOException | RuntimeException e) {
      Run run = salvage(file, head, e);
      return run == null ? lost(parked) : run;
    }
  }

  private Run lost(ParkedRun parked) {
    Run run = SnapshotCodec.restoreView(parked, watches, notifiers);
    run.snapshotLost = true;
    return run;
  }

  /** Saves a run of which only the view is known, and parks it. */
  ParkedRun rebuild(RunView seen, long covered, long heardNanos) throws IOException {
    ParkedRun known = new ParkedRun(seen, null, covered, heardNanos, 0, 0);
    Run run = SnapshotCodec.restoreView(known, watches, notifiers);
    write(seen.run(), SnapshotCodec.save(run));
    return ParkedRun.of(run);
  }

  /** Recovers the head of a damaged snapshot; null when it cannot be read either. */
  private @Nullable Run salvage(Path file, SnapshotCodec.@Nullable Head head, Exception cause) {
    damaged = true;
    Path aside =
        file.resolveSibling(
            file.getFileName().toString().replace(SUFFIX, "")
                + ".damaged-"
                + TIME.format(clock.instant()));
    try {
      Run run = head == null ? null : SnapshotCodec.restoreHead(head, watches);
      Files.move(file, aside);
      if (run != null) {
        run.snapshotLost = true; // the file is moved aside, so the run must be saved again
        LOG.error(
            "run {}: its snapshot is damaged and was moved to {}; commands, messages and incidents"
                + " are kept, its detectors start anew",
            run.name,
            aside,
            cause);
        return run;
      }
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
    LOG.error(
        "snapshot {} is damaged and was moved to {}; its run's commands, messages and detector"
            + " states are lost; the rest of the run is rebuilt from the journal and the store",
        file,
        aside,
        cause);
    return null;
  }

  private Run restore(Path file, SnapshotCodec.Head head) throws IOException {
    return SnapshotCodec.restore(head, Files.readAllBytes(file), watches);
  }

  private static SnapshotCodec.Head head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(FIRST_BYTES);
      int length = SnapshotCodec.headBytes(first);
      if (length > first.length) {
        byte[] more = in.readNBytes(length - first.length);
        int had = first.length;
        first = Arrays.copyOf(first, had + more.length);
        System.arraycopy(more, 0, first, had, more.length);
      }
      return SnapshotCodec.head(first);
    }
  }

  /** Replaces a run's snapshot. */
  void write(String run, byte[] snapshot) throws IOException {
    WholeFile.replace(file(run), snapshot);
    Files.deleteIfExists(forgotten(run));
  }

  /**
   * Deletes the snapshot of a run that left the monitor. That of a run of the same name that began
   * since is kept.
   */
  void forget(Departure gone) throws IOException {
    Path file = file(gone.entry().run());
    Path mark = forgotten(gone.entry().run());
    boolean deleted = gone.entry() instanceof Entry.Deleted;
    if (Files.exists(file) && sequence(file) < gone.sequence()) {
      Files.delete(file);
      if (!deleted) {
        Files.write(mark, new byte[0]);
      }
    }
    if (deleted) { // it may have been silent for long before
      Files.deleteIfExists(mark);
    }
  }

  /** Newest entry that a snapshot covers; -1 when it is too short to say. */
  private static long sequence(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      in.readInt(); // its version
      return in.readLong();
    } catch (EOFException e) {
      return -1;
    }
  }

  /** Records that the present snapshots cover all entries up to one. */
  void covered(long through) throws IOException {
    String text = through + " " + files().size();
    WholeFile.replace(directory.resolve(COVERED), text.getBytes(US_ASCII));
  }

  /** Newest entry whose lines need not be replayed; 0 when a run's snapshot may be lost. */
  long covered() throws IOException {
    try {
      String[] text = Files.readString(directory.resolve(COVERED), US_ASCII).trim().split(" ", -1);
      boolean allThere = !damaged && files().size() >= Integer.parseInt(text[1]);
      return allThere ? Long.parseLong(text[0]) : 0;
    } catch (NoSuchFileException | NumberFormatException | IndexOutOfBoundsException e) {
      return 0;
    }
  }

  /** Whether the run was forgotten and has not come back. */
  boolean isForgotten(String run) {
    return Files.exists(forgotten(run));
  }

  /** Forces the directory to disk, so that the replaced files are durable. */
  void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path file(String run) {
    return directory.resolve(fileName(run) + SUFFIX);
  }

  private Path forgotten(String run) {
    return directory.resolve(fileName(run) + FORGOTTEN);
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
