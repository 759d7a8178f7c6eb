// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import com.google.protobuf.CodedInputStream;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.predictors.telemetry.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads the records of one {@code .wandb} file.
 *
 * <p><b>Definition.</b> The file is cut into blocks of {@value #BLOCK_BYTES} bytes. A block holds
 * chunks; less than {@value #CHUNK_HEADER_BYTES} bytes at its end are unused. A chunk is a checksum
 * (4 bytes, CRC-32 of type and data), a length (2), a type (1) and data. A record is one chunk, or
 * a first, some middle and a last one. Numbers are little-endian.
 *
 * <p><b>Edges.</b> After damage the rest of the block is left out, as LevelDB does, because where
 * the next chunk begins is unknown. That is one bad record.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class WandbReader implements LogReader {
  /** How a file begins; its version follows. */
  static final byte[] MAGIC = {':', 'W', '&', 'B', (byte) 0xe1, (byte) 0xbe};

  private static final int HEADER_BYTES = 7;
  private static final int BLOCK_BYTES = 1 << 15;
  private static final int CHUNK_HEADER_BYTES = 7;
  private static final int LENGTH_AT = 4;
  private static final int TYPE_AT = 6;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;

  private final CRC32 crc = new CRC32();
  private final WandbMessages messages = new WandbMessages();
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

  private long number = 1;

  /** Position in the file of the bytes that the next call begins with. */
  private long position;

  /** Bytes of the file that are passed over. */
  private long unread;

  private boolean inRecord;

  @Override
  public long number() {
    return number;
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    int at = from;
    int next = next(bytes, at, to, records);
    while (next > at) {
      position += next - at;
      at = next;
      next = next(bytes, at, to, records);
    }
    if (ended && (at < to || inRecord)) {
      records.bad(number, "the log ends within this record");
      inRecord = false;
      return to;
    }
    return at;
  }

  /** Reads what is next in the file; returns where it ends, or {@code at} if it is incomplete. */
  private int next(byte[] bytes, int at, int to, LineReader.Lines records) {
    if (unread > 0) {
      int passed = (int) Math.min(unread, to - at);
      unread -= passed;
      return at + passed;
    }
    return position == 0 ? header(bytes, at, to, records) : chunk(bytes, at, to, records);
  }

  private int header(byte[] bytes, int at, int to, LineReader.Lines records) {
    if (to - at < HEADER_BYTES) {
      return at;
    }
    int version = bytes[at + MAGIC.length];
    if (!Arrays.equals(MAGIC, 0, MAGIC.length, bytes, at, at + MAGIC.length) || version != 0) {
      records.bad(number, "is no file of W&B of version 0: nothing of it is read");
      unread = Long.MAX_VALUE;
    }
    return at + HEADER_BYTES;
  }

  private int chunk(byte[] bytes, int at, int to, LineReader.Lines records) {
    int left = BLOCK_BYTES - (int) (position % BLOCK_BYTES);
    if (left < CHUNK_HEADER_BYTES) {
      return pass(left, at, to);
    }
    if (to - at < CHUNK_HEADER_BYTES) {
      return at;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = header.getShort(at + LENGTH_AT) & 0xffff;
    int type = bytes[at + TYPE_AT];
    if (length > left - CHUNK_HEADER_BYTES || type < FULL || type > LAST) {
      return damaged(
          "a chunk has length %s and type %s".formatted(length, type), left, at, to, records);
    }
    if (to - at < CHUNK_HEADER_BYTES + length) {
      return at;
    }
    crc.reset();
    crc.update(bytes, at + TYPE_AT, 1 + length);
    if ((int) crc.getValue() != header.getInt(at)) {
      return damaged("the checksum does not agree", left, at, to, records);
    }
    accept(type, bytes, at + CHUNK_HEADER_BYTES, length, records);
    return at + CHUNK_HEADER_BYTES + length;
  }

  private int damaged(String what, int left, int at, int to, LineReader.Lines records) {
    records.bad(number++, what + "; the rest of the block of 32 KiB is left out");
    inRecord = false;
    return pass(left, at, to);
  }

  private int pass(int count, int at, int to) {
    int passed = Math.min(count, to - at);
    unread = count - passed;
    return at + passed;
  }

  private void accept(int type, byte[] bytes, int from, int length, LineReader.Lines records) {
    boolean begins = type == FULL || type == FIRST;
    if (begins && inRecord) {
      records.bad(number++, "the record is not finished");
    }
    if (type == FULL) {
      inRecord = false;
      message(bytes, from, length, records);
    } else if (begins) {
      parts.reset();
      parts.write(bytes, from, length);
      inRecord = true;
    } else if (inRecord) { // the parts of a record whose beginning is lost are left out
      add(type, bytes, from, length, records);
    }
  }

  private void add(int type, byte[] bytes, int from, int length, LineReader.Lines records) {
    if (parts.size() + length > LineReader.LONGEST_LINE_BYTES) {
      records.bad(
          number++, "the record is longer than " + LineReader.LONGEST_LINE_BYTES + " bytes");
      inRecord = false;
      return;
    }
    parts.write(bytes, from, length);
    if (type == LAST) {
      inRecord = false;
      message(parts.toByteArray(), 0, parts.size(), records);
    }
  }

  private void message(byte[] bytes, int from, int length, LineReader.Lines records) {
    try {
      messages.read(CodedInputStream.newInstance(bytes, from, length), number, records);
    } catch (IOException e) {
      records.bad(number, "the record is no message of W&B: " + e.getMessage());
    }
    number++;
  }
}
