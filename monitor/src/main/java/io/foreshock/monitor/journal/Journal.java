// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log on disk: an acknowledged entry is there after a crash.
 *
 * <p>Group commit: all waiting entries are written together and forced to disk once. When writing
 * fails, their receipts fail and the file is cut back to its last good length. The next entries are
 * written again, so the journal recovers by itself from a full disk. Before the disk is full,
 * {@link Room} refuses ordinary entries and leaves the rest to reserved ones.
 *
 * <p><b>Use.</b> {@link #replay} once, then {@link #start}, then {@link #append}. <b>Threads.</b>
 * One thread appends; the journal's own thread writes and completes receipts, in order. The caller
 * that admits entries bounds the queue between them.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private static final int BUFFER_BYTES = 1 << 20;

  /** Longer groups are split: a file must not grow far beyond its size. */
  private static final long MAX_GROUP_BYTES = 32 << 20;

  /** More entries than the journal can have lost unnoticed in a crash. */
  private static final long FAR = 1L << 31;

  private record Pending(
      long sequence,
      byte kind,
      byte[] payload,
      boolean reserved,
      CompletableFuture<@Nullable Void> done) {}

  private static final Pending END =
      new Pending(0, (byte) 0, new byte[0], true, new CompletableFuture<>());

  private final JournalFiles files;
  private final Path directory;
  private final int segmentBytes;
  private final Room room;
  private final LongConsumer syncNanos;
  private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread = new Thread(this::run, "journal");
  private @Nullable SegmentWriter segment;
  private @Nullable Mark mark;
  private long key;

  /** Sequence of the newest entry in its files. */
  private long lastWritten;

  private boolean numbersKnown;

  private final AtomicLong bytes = new AtomicLong();
  private long lastSequence;
  private boolean full;
  private volatile boolean failing;
  private volatile long durableSequence;

  private Journal(Path directory, int segmentBytes, Room room, LongConsumer syncNanos) {
    this.files = new JournalFiles(directory);
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.room = room;
    this.syncNanos = syncNanos;
  }

  /**
   * Opens the journal in a directory, which is created when missing.
   *
   * @param segmentBytes a file grows to this before the next one begins
   * @param room how much of the disk it may use
   * @param syncNanos receives how long each forcing to disk lasted
   */
  public static Journal open(Path directory, int segmentBytes, Room room, LongConsumer syncNanos)
      throws IOException {
    Files.createDirectories(directory);
    return new Journal(directory, segmentBytes, room, syncNanos);
  }

  /** Reads all records, oldest first, and cuts off an unfinished end. */
  public void replay(Consumer<Record> records) throws IOException {
    lastWritten = files.replay(records);
    key = files.key();
    long acknowledged = Mark.read(directory).acknowledged();
    numbersKnown = acknowledged > 0;
    lastSequence = Math.max(lastWritten, acknowledged);
    durableSequence = lastSequence;
    for (Path file : files.list()) {
      bytes.addAndGet(Files.size(file));
    }
  }

  /** Begins to accept entries, with numbers above all that this journal ever used. */
  public void start(long after) {
    start(after, true);
  }

  /**
   * Begins to accept entries.
   *
   * @param after numbers begin above this too, because a store or a snapshot has seen them
   * @param certain whether nobody can have seen a higher number; otherwise numbers begin far above
   */
  public void start(long after, boolean certain) {
    while (key == 0) {
      key = new SecureRandom().nextLong();
    }
    if (after > lastSequence) {
      files.gone(lastSequence + 1, after);
      lastSequence = after;
    }
    if (!certain && !numbersKnown) {
      lastSequence += FAR;
    }
    durableSequence = lastSequence;
    thread.start();
  }

  /** Appends an entry; returns at once. The payload must not change afterwards. */
  public Receipt append(byte kind, byte[] payload) {
    return append(kind, payload, false);
  }

  /**
   * Appends an entry.
   *
   * @param reserved whether it may use the disk's reserve: it is small, and worth more than
   *     telemetry
   */
  public Receipt append(byte kind, byte[] payload, boolean reserved) {
    CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
    long sequence = ++lastSequence;
    queue.add(new Pending(sequence, kind, payload, reserved, durable));
    return new Receipt(sequence, durable);
  }

  /** Sequence of the newest entry that is on disk. */
  public long durableSequence() {
    return durableSequence;
  }

  /** Why telemetry is not acknowledged now; empty when it is. */
  public Optional<String> trouble() {
    return failing
        ? Optional.of("the last attempt to write failed")
        : room.shortage(directory, bytes.get());
  }

  /** Size of its files. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that were found damaged, and lost, when the journal was read. */
  public long lostBytes() {
    return files.lostBytes();
  }

  /**
   * Entries that the journal does not have any more. They were either released, and then their
   * owner has them, or lost. Complete once it is started.
   */
  public List<Loss> losses() {
    return files.losses();
  }

  /** Entries waiting to be written. */
  public int waiting() {
    return queue.size();
  }

  /**
   * Reads entries that are on disk, oldest first, while others are written. Any thread may call it.
   *
   * @param after sequence below the first
   * @param through sequence of the last
   * @param records receives each record; returns whether it wants the next one
   */
  public void read(long after, long through, Predicate<Record> records) throws IOException {
    files.read(after, Math.min(through, durableSequence), records);
  }

  /** Whether {@link #release} would delete anything. */
  public boolean couldRelease(long covered) throws IOException {
    List<Path> all = files.list();
    return all.size() > 1 && JournalFiles.firstSequence(all.get(1)) - 1 <= covered;
  }

  /** Deletes the files that hold nothing newer than {@code covered}. Never the newest file. */
  public void release(long covered) throws IOException {
    List<Path> all = files.list();
    for (int i = 0; i + 1 < all.size(); i++) {
      if (JournalFiles.firstSequence(all.get(i + 1)) - 1 <= covered) {
        long size = Files.size(all.get(i));
        Files.delete(all.get(i));
        bytes.addAndGet(-size);
      }
    }
  }

  /** Writes the waiting entries and closes the file. */
  @Override
  public void close() throws IOException {
    if (thread.isAlive()) {
      queue.add(END);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    List<Pending> group = new ArrayList<>();
    boolean open = true;
    try {
      while (open) {
        open = gather(group);
        refuseWithoutRoom(group);
        commit(group);
        group.clear();
      }
      if (segment != null) {
        segment.close();
      }
    } catch (InterruptedException | IOException e) {
      LOG.error("journal: closed, but its last entries are not written", e);
    }
  }

  /** Waits for entries; returns whether more may come. */
  private boolean gather(List<Pending> group) throws InterruptedException {
    Pending next = queue.take();
    for (long size = 0; next != null && next != END; next = queue.poll()) {
      group.add(next);
      size += next.payload.length;
      if (size >= MAX_GROUP_BYTES) {
        return true;
      }
    }
    return next != END;
  }

  private void refuseWithoutRoom(List<Pending> group) {
    if (group.stream().allMatch(Pending::reserved)) {
      return;
    }
    Optional<String> shortage = room.shortage(directory, bytes.get());
    if (shortage.isPresent() != full) {
      full = shortage.isPresent();
      if (full) {
        LOG.error("journal: no room, so writes of telemetry are refused: {}", shortage.get());
      } else {
        LOG.warn("journal: there is room again");
      }
    }
    if (shortage.isPresent()) {
      NoRoomException cause = new NoRoomException(shortage.get());
      group.stream().filter(e -> !e.reserved).forEach(e -> e.done.completeExceptionally(cause));
      group.removeIf(entry -> !entry.reserved);
    }
  }

  private void commit(List<Pending> group) {
    if (group.isEmpty()) {
      return;
    }
    try {
      write(group);
    } catch (IOException e) {
      fail(group, e);
      return;
    }
    if (failing) {
      failing = false;
      LOG.warn("journal: writing works again");
    }
    lastWritten = group.get(group.size() - 1).sequence;
    durableSequence = lastWritten;
    if (mark != null) {
      mark.acknowledged(lastWritten);
    }
    for (Pending entry : group) {
      entry.done.complete(null);
    }
  }

  private void write(List<Pending> group) throws IOException {
    SegmentWriter writer = writer(group.get(0).sequence);
    for (Pending entry : group) {
      writer.put(entry.sequence, entry.kind, entry.payload);
    }
    long before = System.nanoTime();
    bytes.addAndGet(writer.commit());
    syncNanos.accept(System.nanoTime() - before);
  }

  /** The writer of the current file; begins a file when there is none or it is long enough. */
  private SegmentWriter writer(long first) throws IOException {
    SegmentWriter current = segment;
    if (current != null && current.length() < segmentBytes) {
      return current;
    }
    if (current != null) {
      current.close();
    }
    segment = null;
    if (mark == null) {
      mark = Mark.create(directory, key, lastWritten);
    }
    RecordFormat.FileHead head = new RecordFormat.FileHead(key, first, lastWritten);
    SegmentWriter begun = SegmentWriter.create(files.file(first), head, buffer);
    segment = begun;
    return begun;
  }

  private void fail(List<Pending> group, IOException cause) {
    if (!failing) {
      failing = true;
      LOG.error("journal: cannot write, so writes are refused; detection continues", cause);
    }
    if (segment != null) {
      segment.abandon();
      segment = null;
    }
    for (Pending entry : group) {
      entry.done.completeExceptionally(cause);
    }
  }
}
