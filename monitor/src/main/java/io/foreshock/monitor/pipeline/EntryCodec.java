// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Record;
import io.foreshock.monitor.json.Json;
import java.nio.ByteBuffer;

/** Entries as the journal's payloads: lines in binary, everything else in JSON. */
final class EntryCodec {
  private static final byte LINES = 1;
  private static final byte CONTROL = 2;
  private static final int LINES_HEADER = 9;

  private EntryCodec() {}

  /** Whether a record holds telemetry. */
  static boolean isLines(Record entry) {
    return entry.kind() == LINES;
  }

  static byte kind(Entry entry) {
    return entry instanceof Entry.Lines ? LINES : CONTROL;
  }

  static byte[] payload(Entry entry) {
    if (entry instanceof Entry.Lines lines) {
      return ByteBuffer.allocate(LINES_HEADER + lines.text().length)
          .put((byte) lines.precision().ordinal())
          .putLong(lines.receivedNanos())
          .put(lines.text())
          .array();
    }
    return Json.bytes(entry);
  }

  /**
   * The entry in a record.
   *
   * @throws IllegalArgumentException when the record is of no known kind or not readable
   */
  static Entry read(Record entry) {
    return switch (entry.kind()) {
      case LINES -> {
        ByteBuffer payload = ByteBuffer.wrap(entry.payload());
        Precision precision = Precision.values()[payload.get()];
        long receivedNanos = payload.getLong();
        byte[] text = new byte[payload.remaining()];
        payload.get(text);
        yield new Entry.Lines(text, precision, receivedNanos);
      }
      case CONTROL -> Json.read(entry.payload(), Entry.Control.class);
      default ->
          throw new IllegalArgumentException("journal entry of unknown kind " + entry.kind());
    };
  }
}
