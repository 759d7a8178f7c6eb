// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import io.foreshock.lab.recording.format.Message;
import java.io.ByteArrayOutputStream;

/** Writes an event file as TensorBoard's writers do, for tests. */
final class EventFile {
  private static final double BEGUN_SECONDS = 1_700_000_000;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  EventFile() {
    frame(new Message().fixed64(1, BEGUN_SECONDS).text(3, "brain.Event:2").toBytes());
  }

  /** One event with one scalar, as PyTorch writes it. */
  EventFile scalar(long step, String tag, double value) {
    return value(step, new Message().text(1, tag).fixed32(2, (float) value));
  }

  /** One event with one value of a summary. */
  EventFile value(long step, Message value) {
    return event(step, new Message().message(1, value), 5);
  }

  /** One event with a message in one of its fields. */
  EventFile event(long step, Message message, int field) {
    Message event = new Message().fixed64(1, BEGUN_SECONDS + step);
    if (step != 0) {
      event.number(2, step);
    }
    return frame(event.message(field, message).toBytes());
  }

  /** One frame. */
  EventFile frame(byte[] data) {
    byte[] length = Message.littleEndian(8).putLong(data.length).array();
    bytes.writeBytes(length);
    bytes.writeBytes(Message.littleEndian(4).putInt(masked(length)).array());
    bytes.writeBytes(data);
    bytes.writeBytes(Message.littleEndian(4).putInt(masked(data)).array());
    return this;
  }

  /** Bytes so far. */
  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** CRC-32C bit by bit, as its definition is written, and TensorFlow's mask. */
  private static int masked(byte[] data) {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
      }
    }
    crc = ~crc;
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }
}
