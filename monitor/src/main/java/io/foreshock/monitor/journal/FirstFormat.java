// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads journal files in the format that monitors wrote up to November 2026.
 *
 * <p>Such a file has no head. A record is {@code magic:4 crc:4 length:4 sequence:8 kind:1 payload};
 * its CRC32C covers everything after the CRC. Reading ends at the first damage, because a sender's
 * text could imitate a record behind it. <b>Threads.</b> Not safe.
 */
final class FirstFormat implements RecordSource {
  private static final int MAGIC = 0x464a_5201; // "FJR", version 1
  private static final int HEAD_BYTES = 21;
  private static final int CHECKED_FROM = 8;

  private final ByteBuffer file;
  private final RecordReader.Damage damage;
  private int at;
  private long last;

  /** Opens a file by reading it into memory as a whole. */
  FirstFormat(Path file, RecordReader.Damage damage) throws IOException {
    this.file = ByteBuffer.wrap(Files.readAllBytes(file));
    this.damage = damage;
  }

  /** Whether a file is of this format. */
  static boolean isOf(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
      return channel.read(magic) == Integer.BYTES && magic.getInt(0) == MAGIC;
    }
  }

  @Override
  public @Nullable Record next() {
    int left = file.limit() - at;
    int length = left < HEAD_BYTES ? -1 : file.getInt(at + CHECKED_FROM);
    boolean whole = length >= 0 && length <= left - HEAD_BYTES && file.getInt(at) == MAGIC;
    if (!whole || crc(length) != file.getInt(at + 4)) {
      if (left > 0) {
        damage.found(at, left, last, 0, !whole);
        at = file.limit();
      }
      return null;
    }
    byte[] payload = new byte[length];
    file.get(at + HEAD_BYTES, payload);
    Record record = new Record(file.getLong(at + 12), file.get(at + 20), payload);
    last = record.sequence();
    at += HEAD_BYTES + length;
    return record;
  }

  @Override
  public void close() {
    at = file.limit();
  }

  private int crc(int length) {
    CRC32C crc = new CRC32C();
    crc.update(file.duplicate().limit(at + HEAD_BYTES + length).position(at + CHECKED_FROM));
    return (int) crc.getValue();
  }
}
