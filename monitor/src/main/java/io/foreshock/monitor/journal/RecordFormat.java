// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a journal file, big-endian: a head, then records.
 *
 * <pre>
 *   file    magic:8 key:8 first:8 previous:8 check:4
 *   record  key:8 length:4 sequence:8 kind:1 payloadCheck:4 headCheck:4 payload
 * </pre>
 *
 * <p>The key is a random number of this journal that no sender can know. It marks the beginning of
 * a record and enters every check, so bytes that a sender chose never read as a record. The head
 * has a check of its own, so that a reader can skip a damaged payload by its length. A check is the
 * CRC32C of the key and of the bytes that it covers.
 */
final class RecordFormat {
  static final int FILE_HEAD_BYTES = 36;
  static final int RECORD_HEAD_BYTES = 29;
  private static final long MAGIC = 0x4652_534a_524e_4c02L; // "FRSJRNL", version 2
  private static final int PAYLOAD_CHECK_AT = 21;
  private static final int HEAD_CHECK_AT = 25;

  /**
   * The head of a file.
   *
   * @param key of its records; never 0
   * @param first sequence of its first record
   * @param previous newest sequence that was acknowledged when the file was begun
   */
  record FileHead(long key, long first, long previous) {}

  /** The head of a record, without the key. */
  record Head(int length, long sequence, byte kind, int payloadCheck) {}

  private RecordFormat() {}

  static void putFileHead(ByteBuffer out, FileHead head) {
    int start = out.position();
    out.putLong(MAGIC).putLong(head.key).putLong(head.first).putLong(head.previous);
    out.putInt(check(head.key, out, start, FILE_HEAD_BYTES - Integer.BYTES));
  }

  /** The head that a file begins with; null when it is damaged or not of this format. */
  static @Nullable FileHead fileHead(ByteBuffer file) {
    if (file.limit() < FILE_HEAD_BYTES || file.getLong(0) != MAGIC || file.getLong(8) == 0) {
      return null;
    }
    FileHead head = new FileHead(file.getLong(8), file.getLong(16), file.getLong(24));
    int length = FILE_HEAD_BYTES - Integer.BYTES;
    return file.getInt(length) == check(head.key, file, 0, length) ? head : null;
  }

  static void putRecordHead(ByteBuffer out, long key, long sequence, byte kind, byte[] payload) {
    int start = out.position();
    out.putLong(key).putInt(payload.length).putLong(sequence).put(kind);
    out.putInt(check(key, ByteBuffer.wrap(payload), 0, payload.length));
    out.putInt(check(key, out, start, HEAD_CHECK_AT));
  }

  /** The intact head of a record that begins at {@code at}; null when there is none. */
  static @Nullable Head recordHead(ByteBuffer file, int at, long key) {
    if (file.limit() - at < RECORD_HEAD_BYTES
        || file.getLong(at) != key
        || file.getInt(at + HEAD_CHECK_AT) != check(key, file, at, HEAD_CHECK_AT)
        || file.getInt(at + 8) < 0) {
      return null;
    }
    return new Head(
        file.getInt(at + 8),
        file.getLong(at + 12),
        file.get(at + 20),
        file.getInt(at + PAYLOAD_CHECK_AT));
  }

  /** The record whose head is at {@code at}; null when its payload is damaged. */
  static @Nullable Record record(ByteBuffer file, int at, long key, Head head) {
    int from = at + RECORD_HEAD_BYTES;
    if (check(key, file, from, head.length) != head.payloadCheck) {
      return null;
    }
    byte[] payload = new byte[head.length];
    file.get(from, payload);
    return new Record(head.sequence, head.kind, payload);
  }

  private static int check(long key, ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, key));
    crc.update(bytes.duplicate().clear().position(from).limit(from + length));
    return (int) crc.getValue();
  }
}
