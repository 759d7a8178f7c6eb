// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a protobuf message field by field, independently of the library that reads it. */
public final class Message {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public Message number(int field, long value) {
    return varint((long) field << 3).varint(value);
  }

  public Message fixed64(int field, double value) {
    varint((long) field << 3 | 1);
    bytes.writeBytes(littleEndian(8).putDouble(value).array());
    return this;
  }

  public Message fixed32(int field, float value) {
    varint((long) field << 3 | 5);
    bytes.writeBytes(littleEndian(4).putFloat(value).array());
    return this;
  }

  public Message bytes(int field, byte... value) {
    varint((long) field << 3 | 2).varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  public Message text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public Message message(int field, Message value) {
    return bytes(field, value.toBytes());
  }

  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  public static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Message varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }
}
