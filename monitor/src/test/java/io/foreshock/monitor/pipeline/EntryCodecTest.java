// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.foreshock.monitor.journal.Record;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntryCodecTest {
  private static final byte[] TEXT = "m,run=r v=1 5\n".getBytes(StandardCharsets.UTF_8);

  /** Journals on disk hold these codes: a changed code would change the times of their lines. */
  @Test
  void theCodesOfPrecisionsNeverChange() {
    Map<Precision, Integer> codes = new EnumMap<>(Precision.class);
    Arrays.stream(Precision.values()).forEach(p -> codes.put(p, (int) p.code()));
    assertEquals(
        Map.of(
            Precision.NANOSECONDS, 0,
            Precision.MICROSECONDS, 1,
            Precision.MILLISECONDS, 2,
            Precision.SECONDS, 3,
            Precision.MINUTES, 4,
            Precision.HOURS, 5),
        codes);
  }

  @Test
  void theBytesOfAWriteNeverChange() {
    byte[] payload = EntryCodec.payload(new Entry.Lines(TEXT, Precision.SECONDS, 7));
    byte[] expected =
        ByteBuffer.allocate(9 + TEXT.length).put((byte) 3).putLong(7).put(TEXT).array();
    assertArrayEquals(expected, payload);
  }

  @ParameterizedTest
  @EnumSource
  void aWriteIsReadAsItWasWritten(Precision precision) {
    Entry.Lines lines = (Entry.Lines) read(new Entry.Lines(TEXT, precision, 42));
    assertEquals(precision, lines.precision());
    assertEquals(42, lines.receivedNanos());
    assertArrayEquals(TEXT, lines.text());
  }

  @Test
  void refusalsAreReadAsTheyWereWritten() {
    BitSet refused = new BitSet();
    refused.set(0);
    refused.set(9);
    Entry.Refused read = (Entry.Refused) read(new Entry.Refused(12, refused));
    assertEquals(12, read.write());
    assertEquals(refused, BitSet.valueOf(read.lines()));
  }

  @Test
  void aControlEntryIsReadAsItWasWritten() {
    List<Entry> entries =
        List.of(
            new Entry.Retired("r"),
            new Entry.Deleted("r"),
            new Entry.Described("r", new Remarks.Description(null, "", true), 5),
            new Entry.Described("r", new Remarks.Description(List.of("<b>", "ü"), null, false), 5),
            new Entry.IncidentAcknowledged("r", new Acknowledgement("r/1", null, "n", 7)));
    entries.forEach(entry -> assertEquals(entry, read(entry)));
  }

  @Test
  void anUnknownPrecisionOrKindIsRefused() {
    byte kind = EntryCodec.kind(new Entry.Lines(TEXT, Precision.SECONDS, 0));
    Record precision = new Record(1, kind, ByteBuffer.allocate(20).put((byte) 99).array());
    assertThrows(IllegalArgumentException.class, () -> EntryCodec.read(precision));
    Record unknown = new Record(1, (byte) 77, TEXT);
    assertThrows(IllegalArgumentException.class, () -> EntryCodec.read(unknown));
  }

  private static Entry read(Entry entry) {
    return EntryCodec.read(new Record(1, EntryCodec.kind(entry), EntryCodec.payload(entry)));
  }
}
