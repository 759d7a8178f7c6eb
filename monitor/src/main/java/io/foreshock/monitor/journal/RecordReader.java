// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of the journal forwards, also while it is written. It skips damage and reports it to
 * a listener.
 *
 * <p>A damaged payload is skipped by its length, and its bytes are not searched. After a damaged
 * head the reader searches the next record by the journal's key. <b>Cost.</b> Each byte is read
 * once; memory for about one record. <b>Threads.</b> Not safe.
 */
final class RecordReader implements RecordSource {
  private static final int WINDOW_BYTES = 1 << 20;

  /** Sequences rise by more than one only where writing failed, so never by this much. */
  private static final long MAX_STEP = 1L << 32;

  /**
   * Receives each stretch of damaged bytes, which ends at an intact record or at the file's end.
   */
  interface Damage {
    /**
     * Bytes are damaged.
     *
     * @param last sequence of the intact record before them
     * @param next sequence of the intact record after them; 0 at the end of the file
     * @param unfinished whether they are the beginning of a record that the file is too short for
     */
    void found(long at, long bytes, long last, long next, boolean unfinished);
  }

  private final FileChannel channel;
  private final long key;
  private final Damage damage;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);

  /** Position of the window's first byte in the file. */
  private long windowAt;

  private int at;
  private long last;
  private long damagedFrom = -1;

  /**
   * Opens a file behind its head.
   *
   * @param key of its records
   * @param first sequence below which no record of this file may be
   */
  RecordReader(Path file, long key, long first, Damage damage) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.key = key;
    this.damage = damage;
    this.last = first - 1;
    channel.position(Math.min(RecordFormat.FILE_HEAD_BYTES, channel.size()));
    windowAt = channel.position();
  }

  @Override
  public @Nullable Record next() throws IOException {
    while (holds(RecordFormat.RECORD_HEAD_BYTES)) {
      RecordFormat.Head head = RecordFormat.recordHead(window, at, key);
      if (head == null || head.sequence() <= last || head.sequence() - last > MAX_STEP) {
        damaged(1);
        continue;
      }
      if (!holds(RecordFormat.RECORD_HEAD_BYTES + head.length())) {
        end(damagedFrom < 0);
        return null;
      }
      Record record = RecordFormat.record(window, at, key, head);
      if (record == null) {
        damaged(RecordFormat.RECORD_HEAD_BYTES + head.length());
        continue;
      }
      reportDamage(record.sequence(), false);
      last = record.sequence();
      at += RecordFormat.RECORD_HEAD_BYTES + head.length();
      return record;
    }
    end(damagedFrom < 0 && beginsRecord());
    return null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void damaged(int bytes) {
    damagedFrom = damagedFrom < 0 ? windowAt + at : damagedFrom;
    at += bytes;
  }

  /** Whether what is left is the beginning of a record's head. */
  private boolean beginsRecord() {
    for (int i = 0; i < Math.min(Long.BYTES, window.limit() - at); i++) {
      if (window.get(at + i) != (byte) (key >>> (Long.SIZE - Byte.SIZE - Byte.SIZE * i))) {
        return false;
      }
    }
    return true;
  }

  private void end(boolean unfinished) throws IOException {
    if (windowAt + at < channel.size()) {
      damaged(0);
    }
    at = (int) (channel.size() - windowAt);
    reportDamage(0, unfinished);
  }

  private void reportDamage(long next, boolean unfinished) {
    if (damagedFrom >= 0) {
      damage.found(damagedFrom, windowAt + at - damagedFrom, last, next, unfinished);
      damagedFrom = -1;
    }
  }

  /** Whether the file has that many bytes from here on; if so, the window has them. */
  private boolean holds(int bytes) throws IOException {
    int kept = window.limit() - at;
    if (kept >= bytes) {
      return true;
    }
    if (channel.size() - channel.position() + kept < bytes) {
      return false;
    }
    ByteBuffer wider = ByteBuffer.allocate(Math.max(WINDOW_BYTES, bytes));
    wider.put(window.position(at));
    while (wider.hasRemaining() && channel.read(wider) >= 0) {
      // until it is full or the file ends
    }
    window = wider.flip();
    windowAt += at;
    at = 0;
    return window.limit() >= bytes;
  }
}
