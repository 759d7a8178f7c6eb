// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frames around the records of a TFRecord file: length (8 bytes), checksum of the length (4),
 * data, checksum of the data (4), all little-endian.
 *
 * <p><b>Definition.</b> A checksum is CRC-32C, rotated right by 15 bits, plus a constant.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class EventFrames {
  /** Bytes before the data. */
  static final int HEADER_BYTES = 12;

  /** Bytes after the data. */
  static final int FOOTER_BYTES = 4;

  /** A frame of more data is taken for damaged. */
  static final long LONGEST = 1L << 30;

  private static final int LENGTH_BYTES = 8;
  private static final int MASK = 0xa282ead8;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final CRC32C crc = new CRC32C();

  /** Whether a frame may begin at a position: the length agrees with its checksum. */
  boolean isHeader(byte[] bytes, int at) {
    long length = length(bytes, at);
    return length >= 0
        && length <= LONGEST
        && (int) INT.get(bytes, at + LENGTH_BYTES) == checksum(bytes, at, LENGTH_BYTES);
  }

  /** Bytes of data in the frame that begins at a position. */
  long length(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** Whether the data of a complete frame agrees with its checksum. */
  boolean isWhole(byte[] bytes, int at, int length) {
    int data = at + HEADER_BYTES;
    return (int) INT.get(bytes, data + length) == checksum(bytes, data, length);
  }

  /**
   * Finds the next place at which a frame may begin.
   *
   * @return that place; or, if there is none, the first place that cannot be judged without more
   *     bytes
   */
  int nextHeader(byte[] bytes, int from, int to) {
    int at = from;
    while (at + HEADER_BYTES <= to && !isHeader(bytes, at)) {
      at++;
    }
    return at;
  }

  private int checksum(byte[] bytes, int from, int length) {
    crc.reset();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }
}
