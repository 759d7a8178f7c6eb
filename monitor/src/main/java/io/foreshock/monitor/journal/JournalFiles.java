// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's files, each named by the first sequence in it, and how they are read.
 *
 * <p><b>Damage.</b> A crash leaves an unfinished end of the last file, after everything that was
 * acknowledged. It is cut off and logged at WARN. Every other gap is a {@link Loss}, logged at
 * ERROR, and reading continues behind it:
 *
 * <ul>
 *   <li>damaged bytes;
 *   <li>a missing file, or the missing end of a file: the next file's head holds the last sequence
 *       before it;
 *   <li>the missing end of the journal: the {@link Mark} holds the last sequence.
 * </ul>
 */
final class JournalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
  private static final String SUFFIX = ".journal";

  private final Path directory;
  private final List<Loss> losses = new ArrayList<>();
  private volatile long lostBytes;
  private long key;

  /**
   * Bytes at the end of the file just read that are no record; the next file's head shows whether
   * they held acknowledged entries.
   */
  private long tailBytes;

  JournalFiles(Path directory) {
    this.directory = directory;
  }

  /** Path of the file that begins with {@code sequence}. */
  Path file(long sequence) {
    return directory.resolve(String.format(Locale.ROOT, "%019d", sequence) + SUFFIX);
  }

  /** First sequence of a file. */
  static long firstSequence(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  /** All files, oldest first. */
  List<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{19}\\" + SUFFIX))
          .sorted()
          .toList();
    }
  }

  /** The journal's key from the mark or the files; 0 when none is left. */
  long key() {
    return key;
  }

  /** Bytes found damaged so far, an unfinished end included. */
  long lostBytes() {
    return lostBytes;
  }

  /** Entries that {@link #replay} found missing or {@link #gone} added, oldest first. */
  List<Loss> losses() {
    return List.copyOf(losses);
  }

  /** Adds entries that were not in the files, but whose effects a snapshot or store may have. */
  void gone(long from, long to) {
    losses.add(new Loss(from, to, 0));
  }

  /**
   * Reads every intact record, oldest first, and cuts off an unfinished end.
   *
   * @return the highest sequence found; 0 when there is no record
   */
  long replay(Consumer<Record> records) throws IOException {
    Mark.Content mark = Mark.read(directory);
    List<Path> files = list();
    key = key(mark, files);
    long last = 0;
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      RecordFormat.FileHead head = head(file);
      long previous = head == null ? firstSequence(file) - 1 : head.previous();
      if (i == 0) {
        last = previous;
        if (previous > 0) {
          gone(1, previous); // these entries were released, or their files are missing
        }
      } else {
        seam(file, last, head == null && tailBytes == 0 ? last : previous);
      }
      tailBytes = 0;
      boolean newest = i == files.size() - 1;
      Replay replay = new Replay(file, mark.acknowledged(), newest);
      last = Math.max(last, replay.read(records));
    }
    if (mark.acknowledged() > last && end(losses) < mark.acknowledged()) {
      lost(directory, "its end is missing", last + 1, mark.acknowledged(), 0);
    }
    return last;
  }

  /**
   * Checks two neighbouring files: the older ones must hold all that the newer one's head names.
   */
  private void seam(Path file, long last, long previous) {
    if (previous > last) {
      lost(
          file,
          "the file before it is damaged, cut short or missing",
          last + 1,
          previous,
          tailBytes);
    } else if (tailBytes > 0) {
      LOG.warn(
          "journal {}: {} bytes before it hold no acknowledged entry, or an earlier start logged their loss",
          file,
          tailBytes);
    }
  }

  /** Reads the intact records after {@code after}, to {@code through}, while wanted. */
  void read(long after, long through, Predicate<Record> records) throws IOException {
    List<Path> files = list();
    for (int i = 0; i < files.size(); i++) {
      boolean older = i + 1 < files.size() && firstSequence(files.get(i + 1)) <= after + 1;
      if (!older && !read(files.get(i), after, through, records)) {
        return;
      }
    }
  }

  private boolean read(Path file, long after, long through, Predicate<Record> records)
      throws IOException {
    // the replay at the start logged the damage
    try (RecordSource reader = reader(file, (at, bytes, last, next, unfinished) -> {})) {
      for (Record record = reader.next(); record != null; record = reader.next()) {
        if (record.sequence() > through) {
          return false;
        }
        if (record.sequence() > after && !records.test(record)) {
          return false;
        }
      }
      return true;
    }
  }

  private RecordSource reader(Path file, RecordReader.Damage damage) throws IOException {
    if (FirstFormat.isOf(file)) {
      return new FirstFormat(file, damage);
    }
    RecordFormat.FileHead head = head(file);
    return new RecordReader(file, head == null ? key : head.key(), firstSequence(file), damage);
  }

  private static RecordFormat.@Nullable FileHead head(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(RecordFormat.FILE_HEAD_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until it is full or the file ends
      }
      return RecordFormat.fileHead(bytes.flip());
    }
  }

  /** The mark's key, otherwise the key of the newest file whose head is intact. */
  private static long key(Mark.Content mark, List<Path> files) throws IOException {
    long found = mark.key();
    for (int i = files.size() - 1; found == 0 && i >= 0; i--) {
      RecordFormat.FileHead head = head(files.get(i));
      found = head == null ? 0 : head.key();
    }
    return found;
  }

  private static long end(List<Loss> losses) {
    return losses.isEmpty() ? 0 : losses.get(losses.size() - 1).to();
  }

  private void lost(Path file, String what, long from, long to, long bytes) {
    losses.add(new Loss(from, to, bytes));
    LOG.error(
        "journal {}: {}; entries {} to {} are lost (up to {} entries), {} bytes are damaged",
        file,
        what,
        from,
        to,
        to - from + 1,
        bytes);
  }

  /** One file's part of {@link #replay}. */
  private final class Replay implements RecordReader.Damage {
    private final Path file;
    private final long acknowledged;
    private final boolean newest;

    Replay(Path file, long acknowledged, boolean newest) {
      this.file = file;
      this.acknowledged = acknowledged;
      this.newest = newest;
    }

    /** Passes on every intact record; returns the newest sequence, 0 when there is none. */
    long read(Consumer<Record> records) throws IOException {
      long last = 0;
      try (RecordSource reader = reader(file, this)) {
        for (Record record = reader.next(); record != null; record = reader.next()) {
          last = record.sequence();
          records.accept(record);
        }
      }
      return last;
    }

    @Override
    public void found(long at, long bytes, long last, long next, boolean unfinished) {
      lostBytes = lostBytes + bytes;
      if (next > 0) {
        lost(file, "damaged at offset " + at, last + 1, Math.max(last + 1, next - 1), bytes);
      } else if (!newest) {
        tailBytes = bytes;
      } else if (acknowledged > last) {
        lost(file, "damaged from offset " + at + " on", last + 1, acknowledged, bytes);
      } else if (acknowledged == 0 && !unfinished) {
        lost(file, "damaged from offset " + at + " to its end", last + 1, last + 1, bytes);
      } else {
        cut(at, bytes);
      }
    }

    private void cut(long at, long bytes) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(at);
        channel.force(true);
        LOG.warn("journal {}: cut off {} bytes of an unfinished record at the end", file, bytes);
      } catch (IOException e) {
        LOG.warn("journal {}: cannot cut off {} unfinished bytes at the end", file, bytes, e);
      }
    }
  }
}
