// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.wandb;

import io.foreshock.lab.recording.format.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a {@code .wandb} file as W&amp;B's client does, for tests. */
final class WandbFile {
  private static final int BLOCK = 32768;
  private static final int HEADER = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  WandbFile() {
    bytes.writeBytes(":W&B".getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(new byte[] {(byte) 0xe1, (byte) 0xbe, 0});
  }

  /** A run with a configuration of names and JSON texts. */
  WandbFile run(String id, String displayName, String... config) {
    Message run = new Message().text(1, id).text(3, "project");
    run.message(4, config(config));
    run.text(8, displayName).message(17, new Message().number(1, 1_700_000_000));
    return record(new Message().number(1, 1).message(17, run));
  }

  /** A later change of the configuration. */
  WandbFile configured(String... config) {
    return record(new Message().message(5, config(config)));
  }

  /** A row of the history, of names and JSON texts, as clients before 0.13 write them. */
  WandbFile row(long step, String... items) {
    Message history = new Message();
    for (int i = 0; i < items.length; i += 2) {
      history.message(1, new Message().text(1, items[i]).text(16, items[i + 1]));
    }
    return history(history.message(2, new Message().number(1, step)));
  }

  /** A row of the history. */
  WandbFile history(Message history) {
    return record(new Message().message(2, history));
  }

  /** The exit of the program. */
  WandbFile exit(int code) {
    return record(new Message().message(18, new Message().number(1, code)));
  }

  /** One record in as many chunks as it needs. */
  WandbFile record(Message message) {
    byte[] record = message.toBytes();
    int from = 0;
    do {
      int left = BLOCK - bytes.size() % BLOCK;
      if (left < HEADER) {
        bytes.writeBytes(new byte[left]);
        left = BLOCK;
      }
      int to = Math.min(record.length, from + left - HEADER);
      boolean first = from == 0;
      boolean last = to == record.length;
      chunk(first ? last ? 1 : 2 : last ? 4 : 3, Arrays.copyOfRange(record, from, to));
      from = to;
    } while (from < record.length);
    return this;
  }

  /** Bytes so far. */
  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void chunk(int type, byte[] data) {
    byte[] checked = new byte[1 + data.length];
    checked[0] = (byte) type;
    System.arraycopy(data, 0, checked, 1, data.length);
    bytes.writeBytes(Message.littleEndian(4).putInt(crc(checked)).array());
    bytes.writeBytes(Message.littleEndian(2).putShort((short) data.length).array());
    bytes.writeBytes(checked);
  }

  private static Message config(String... config) {
    Message message = new Message();
    for (int i = 0; i < config.length; i += 2) {
      message.message(1, new Message().text(1, config[i]).text(16, config[i + 1]));
    }
    return message;
  }

  /** CRC-32 bit by bit, as its definition is written. */
  private static int crc(byte[] data) {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0xedb88320);
      }
    }
    return ~crc;
  }
}
