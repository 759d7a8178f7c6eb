// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Bytes of a record: {@code magic:4 crc:4 length:4 sequence:8 kind:1 payload}, big-endian. The
 * CRC32C covers everything after itself, so a flipped length is found too; the magic lets a reader
 * find the next intact record after damage.
 */
final class RecordFormat {
  static final int HEADER_BYTES = 21;
  private static final int MAGIC = 0x464a_5201; // "FJR", version 1
  private static final byte MAGIC_FIRST = 0x46;
  private static final int CRC_FROM = 8;

  private RecordFormat() {}

  /** The header of a record. */
  static void putHeader(ByteBuffer out, long sequence, byte kind, byte[] payload) {
    int start = out.position();
    out.putInt(MAGIC).putInt(0).putInt(payload.length).putLong(sequence).put(kind);
    CRC32C crc = new CRC32C();
    crc.update(out.duplicate().flip().position(start + CRC_FROM));
    crc.update(payload);
    out.putInt(start + 4, (int) crc.getValue());
  }

  /** Length that a record at {@code at}, intact or not, claims to have, or -1. */
  static int declaredLength(ByteBuffer file, int at) {
    long payload = file.getInt(at) == MAGIC ? file.getInt(at + 8) : -1;
    return payload < 0 || payload > Integer.MAX_VALUE - HEADER_BYTES
        ? -1
        : (int) payload + HEADER_BYTES;
  }

  /** Length of the intact record at {@code at}, or -1. */
  static int recordLength(ByteBuffer file, int at) {
    if (file.limit() - at < HEADER_BYTES || file.getInt(at) != MAGIC) {
      return -1;
    }
    long end = (long) at + HEADER_BYTES + Math.max(0, file.getInt(at + 8));
    if (file.getInt(at + 8) < 0 || end > file.limit()) {
      return -1;
    }
    CRC32C crc = new CRC32C();
    crc.update(file.duplicate().limit((int) end).position(at + CRC_FROM));
    return (int) crc.getValue() == file.getInt(at + 4) ? (int) end - at : -1;
  }

  /** The intact record of {@code length} bytes at {@code at}. */
  static Record read(ByteBuffer file, int at, int length) {
    byte[] payload = new byte[length - HEADER_BYTES];
    file.get(at + HEADER_BYTES, payload);
    return new Record(file.getLong(at + 12), file.get(at + 20), payload);
  }

  /** Where the next intact record starts at or after {@code from}; the limit when there is none. */
  static int nextRecord(ByteBuffer file, int from) {
    for (int at = from; at < file.limit(); at++) {
      if (file.get(at) == MAGIC_FIRST && recordLength(file, at) >= 0) {
        return at;
      }
    }
    return file.limit();
  }
}
