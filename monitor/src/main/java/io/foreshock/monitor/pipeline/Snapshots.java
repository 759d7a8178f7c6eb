// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.foreshock.monitor.store.WholeFile;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of snapshots, one file a run, each replaced atomically. The file's name is a hash,
 * for a run may be called anything.
 *
 * <p>A run that is at rest is loaded by its head alone. A damaged file is put aside and never
 * overwritten: what it holds may be worth someone's look. A run that was forgotten leaves an empty
 * file, so that it is not taken for one whose snapshot was lost.
 *
 * <p><b>Threads.</b> One writes at a time; loading may go on beside it, of other runs.
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
  private final int horizonSteps;
  private final List<String> notifiers;
  private final Clock clock;

  /** Whether a snapshot could not be read whole at the start. */
  private volatile boolean damaged;

  /**
   * @param notifiers by name: who is told of incidents
   * @param clock what is put aside is named by it
   */
  Snapshots(Path directory, int horizonSteps, List<String> notifiers, Clock clock)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.horizonSteps = horizonSteps;
    this.notifiers = notifiers;
    this.clock = clock;
  }

  /** All runs that can be read, on all cores; those at rest stay parked. */
  List<KnownRun> load() throws IOException {
    return files().parallelStream().map(this::load).filter(Objects::nonNull).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private KnownRun load(Path file) {
    SnapshotCodec.Head head = null;
    try {
      head = head(file);
      ParkedRun parked = head.isRestful() ? ParkedRun.ofAny(head) : null;
      return parked != null ? parked : restore(file, head);
    } catch (IOException | RuntimeException e) {
      return salvage(file, head, e);
    }
  }

  /** A parked run, as it was when it was parked. */
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
    Run run = SnapshotCodec.restoreView(parked, horizonSteps, notifiers);
    run.snapshotLost = true;
    return run;
  }

  /** Saves a run of which only this is known, as one that is parked. */
  ParkedRun rebuild(RunView seen, long covered, long heardNanos) throws IOException {
    ParkedRun known = new ParkedRun(seen, null, covered, heardNanos, 0, 0);
    Run run = SnapshotCodec.restoreView(known, horizonSteps, notifiers);
    write(seen.run(), SnapshotCodec.save(run));
    return ParkedRun.of(run);
  }

  /** What can be had of a damaged snapshot: its head, or nothing. */
  private Run salvage(Path file, SnapshotCodec.Head head, Exception cause) {
    damaged = true;
    Path aside =
        file.resolveSibling(
            file.getFileName().toString().replace(SUFFIX, "")
                + ".damaged-"
                + TIME.format(clock.instant()));
    try {
      Run run = head == null ? null : SnapshotCodec.restoreHead(head, horizonSteps);
      Files.move(file, aside);
      if (run != null) {
        run.snapshotLost = true; // it is put aside, so the run is saved anew though nothing comes
        LOG.error(
            "run {}: its snapshot is damaged and now {}; commands, messages and incidents are"
                + " there, its detectors start anew",
            run.name,
            aside,
            cause);
        return run;
      }
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
    LOG.error(
        "snapshot {} is damaged and now {}; lost with it are the commands, the messages and the"
            + " detectors' state of its run; what the journal and the store hold is there again",
        file,
        aside,
        cause);
    return null;
  }

  private Run restore(Path file, SnapshotCodec.Head head) throws IOException {
    return SnapshotCodec.restore(head, Files.readAllBytes(file), horizonSteps);
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

  /** Deletes a run's snapshot, if there is one, and remembers that it was meant to go. */
  void forget(String run) throws IOException {
    if (Files.deleteIfExists(file(run))) {
      Files.write(forgotten(run), new byte[0]);
    }
  }

  /** Remembers that the snapshots there are stand for all entries up to one. */
  void covered(long through) throws IOException {
    String text = through + " " + files().size();
    WholeFile.replace(directory.resolve(COVERED), text.getBytes(US_ASCII));
  }

  /** Up to which entry no line needs to be looked at; 0 when a snapshot of some run may be lost. */
  long covered() throws IOException {
    try {
      String[] text = Files.readString(directory.resolve(COVERED), US_ASCII).trim().split(" ", -1);
      boolean allThere = !damaged && files().size() >= Integer.parseInt(text[1]);
      return allThere ? Long.parseLong(text[0]) : 0;
    } catch (NoSuchFileException | NumberFormatException | IndexOutOfBoundsException e) {
      return 0;
    }
  }

  /** Whether the run was forgotten, and did not come back. */
  boolean isForgotten(String run) {
    return Files.exists(forgotten(run));
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
