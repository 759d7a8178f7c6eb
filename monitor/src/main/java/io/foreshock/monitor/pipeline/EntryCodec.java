// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.wire.Json;
import java.nio.ByteBuffer;

/** Entries as payloads of the journal: lines and refusals in binary, all others in JSON. */
final class EntryCodec {
  private static final byte LINES = 1;
  private static final byte CONTROL = 2;
  private static final byte REFUSED = 3;
  private static final int LINES_HEADER = 9;

  private EntryCodec() {}

  static byte kind(Entry entry) {
    if (entry instanceof Entry.Refused) {
      return REFUSED;
    }
    return entry instanceof Entry.Lines ? LINES : CONTROL;
  }

  static byte[] payload(Entry entry) {
    if (entry instanceof Entry.Lines lines) {
      return ByteBuffer.allocate(LINES_HEADER + lines.text().length)
          .put(lines.precision().code())
          .putLong(lines.receivedNanos())
          .put(lines.text())
          .array();
    }
    if (entry instanceof Entry.Refused refused) {
      return ByteBuffer.allocate(Long.BYTES + refused.lines().length)
          .putLong(refused.write())
          .put(refused.lines())
          .array();
    }
    return Json.bytes(entry);
  }

  /**
   * Reads the entry in a record.
   *
   * @throws IllegalArgumentException when the record is of an unknown kind or not readable
   */
  static Entry read(Record entry) {
    return switch (entry.kind()) {
      case LINES -> {
        ByteBuffer payload = ByteBuffer.wrap(entry.payload());
        Precision precision = Precision.ofCode(payload.get());
        long receivedNanos = payload.getLong();
        yield new Entry.Lines(rest(payload), precision, receivedNanos);
      }
      case REFUSED -> {
        ByteBuffer payload = ByteBuffer.wrap(entry.payload());
        yield new Entry.Refused(payload.getLong(), rest(payload));
      }
      case CONTROL -> Json.read(entry.payload(), Entry.Control.class);
      default ->
          throw new IllegalArgumentException("journal entry of unknown kind " + entry.kind());
    };
  }

  /** Whether the record is a write. */
  static boolean isLines(Record entry) {
    return entry.kind() == LINES;
  }

  /** Whether the record holds the refused lines of the write before it. */
  static boolean isRefused(Record entry) {
    return entry.kind() == REFUSED;
  }

  private static byte[] rest(ByteBuffer payload) {
    byte[] rest = new byte[payload.remaining()];
    payload.get(rest);
    return rest;
  }
}
