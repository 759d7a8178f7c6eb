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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's files, each named by the first sequence in it, and how they are read.
 *
 * <p><b>Damage.</b> A torn end of the last file is what a crash leaves: it is cut off and told at
 * WARN. Anything else that is not an intact record was acknowledged once and is lost: it is skipped
 * and told at ERROR, with how much, and reading goes on at the next intact record.
 */
final class JournalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
  private static final String SUFFIX = ".journal";

  private final Path directory;
  private volatile long lostBytes;

  JournalFiles(Path directory) {
    this.directory = directory;
  }

  /** Where the file that begins with {@code sequence} lies. */
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

  /** Bytes found damaged so far, a torn end included. */
  long lostBytes() {
    return lostBytes;
  }

  /** Reads every intact record, oldest first; returns the highest sequence, 0 when none. */
  long replay(Consumer<Record> records) throws IOException {
    long last = 0;
    List<Path> files = new ArrayList<>(list());
    for (Path file : files) {
      boolean newest = file.equals(files.get(files.size() - 1));
      last = Math.max(last, Math.max(firstSequence(file) - 1, replay(file, newest, records)));
    }
    return last;
  }

  /** Reads the intact records from {@code after} to {@code through} until the taker has enough. */
  void read(long after, long through, Predicate<Record> records) throws IOException {
    List<Path> files = list();
    for (int i = 0; i < files.size(); i++) {
      boolean older = i + 1 < files.size() && firstSequence(files.get(i + 1)) <= after + 1;
      if (!older && !read(files.get(i), after, through, records)) {
        return;
      }
    }
  }

  private static boolean read(Path file, long after, long through, Predicate<Record> records)
      throws IOException {
    try (RecordScan scan = new RecordScan(file)) {
      for (Record record = scan.next(); record != null; record = scan.next()) {
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

  private long replay(Path file, boolean newest, Consumer<Record> records) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    long last = 0;
    int at = 0;
    while (at < bytes.limit()) {
      int length = RecordFormat.recordLength(bytes, at);
      if (length < 0) {
        int next = RecordFormat.nextRecord(bytes, at + 1);
        lostBytes = lostBytes + next - at;
        if (next == bytes.limit() && newest) {
          cut(file, at, next - at);
        } else {
          tellLoss(file, at, next - at, last);
        }
        at = next;
        continue;
      }
      Record record = RecordFormat.read(bytes, at, length);
      last = record.sequence();
      records.accept(record);
      at += length;
    }
    return last;
  }

  private static void cut(Path file, long at, int lost) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(at);
      channel.force(true);
    }
    LOG.warn("journal {}: cut off {} bytes of an unfinished record at the end", file, lost);
  }

  private static void tellLoss(Path file, int at, int lost, long last) {
    LOG.error(
        "journal {}: {} bytes at offset {} are damaged and lost, after entry {}; going on with the"
            + " next intact entry",
        file,
        lost,
        at,
        last);
  }
}
