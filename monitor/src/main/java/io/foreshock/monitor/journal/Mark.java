// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small file beside the journal's files that holds their key and the newest acknowledged entry.
 * With it a start notices that the journal's end is missing, which the journal cannot show.
 *
 * <p>The file is mapped and not forced to disk. That costs nanoseconds per entry and survives the
 * end of the process. After a power cut it may be too old, but never too new.
 *
 * <p>Bytes: {@code magic:8 key:8 check:8}, then twice {@code sequence:8 check:8}. The two are
 * written in turn, so that one of them is whole at any time. <b>Threads.</b> The journal's.
 */
final class Mark {
  private static final String NAME = "mark";
  private static final int BYTES = 56;
  private static final int SLOTS_AT = 24;
  private static final long MAGIC = 0x4652_534d_4152_4b01L; // "FRSMARK", version 1

  /**
   * The content of a mark.
   *
   * @param key of the journal; 0 when there is no mark or it is damaged
   * @param acknowledged newest entry that was acknowledged; 0 when that is not known
   */
  record Content(long key, long acknowledged) {}

  private final MappedByteBuffer bytes;
  private final long key;
  private int slot = SLOTS_AT;

  private Mark(MappedByteBuffer bytes, long key) {
    this.bytes = bytes;
    this.key = key;
  }

  /** Reads the mark in a directory; changes nothing. */
  static Content read(Path directory) throws IOException {
    byte[] file;
    try {
      file = Files.readAllBytes(directory.resolve(NAME));
    } catch (NoSuchFileException e) {
      return new Content(0, 0);
    }
    if (file.length != BYTES) {
      return new Content(0, 0);
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    long key = bytes.getLong(8);
    if (bytes.getLong(0) != MAGIC || key == 0 || bytes.getLong(16) != check(MAGIC, key)) {
      return new Content(0, 0);
    }
    long acknowledged = 0;
    for (int at = SLOTS_AT; at < BYTES; at += 16) {
      long sequence = bytes.getLong(at);
      if (sequence > acknowledged && bytes.getLong(at + 8) == check(sequence, key)) {
        acknowledged = sequence;
      }
    }
    return new Content(key, acknowledged);
  }

  /** Creates the mark of a directory, or replaces it. */
  static Mark create(Path directory, long key, long acknowledged) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.truncate(BYTES);
      // a write, because storing into the map of a file on a full disk would end the process
      ByteBuffer fresh = ByteBuffer.allocate(BYTES).putLong(MAGIC).putLong(key);
      fresh.putLong(check(MAGIC, key)).putLong(acknowledged).putLong(check(acknowledged, key));
      fresh.rewind();
      while (fresh.hasRemaining()) {
        channel.write(fresh, fresh.position());
      }
      channel.force(true);
      return new Mark(channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES), key);
    }
  }

  /** Records that everything up to this entry is acknowledged. */
  void acknowledged(long sequence) {
    slot = slot == SLOTS_AT ? SLOTS_AT + 16 : SLOTS_AT;
    bytes.putLong(slot, sequence);
    bytes.putLong(slot + 8, check(sequence, key));
  }

  private static long check(long value, long key) {
    return Long.rotateLeft(~value, 17) ^ key;
  }
}
