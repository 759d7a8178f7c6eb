// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.journal.Record;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  private final List<String> taken = new ArrayList<>();
  private final Decisions decisions =
      new Decisions((entry, refused) -> taken.add(entry.sequence() + " " + refused));

  @Test
  void aWriteIsTakenWithWhatTheNextEntrySaysWasRefused() {
    write(1);
    refused(2, 1, 3, 70_000);
    write(3);
    write(4);
    control(5);
    assertEquals(List.of("1 {3, 70000}", "2 {}", "3 {}", "4 {}", "5 {}"), taken);
  }

  @Test
  void aWriteAtTheEndIsTakenWhole() {
    write(1);
    assertEquals(List.of(), taken);
    decisions.end();
    decisions.end();
    assertEquals(List.of("1 {}"), taken);
  }

  @Test
  void aRefusalWhoseWriteIsMissingConcernsNoOther() {
    refused(1, 0, 3);
    write(2);
    refused(4, 3, 3);
    assertEquals(List.of("1 {}", "2 {}", "4 {}"), taken);
  }

  @Test
  void aRefusalThatCannotBeReadStopsNothing() {
    write(1);
    byte kind = EntryCodec.kind(new Entry.Refused(1, new BitSet()));
    decisions.receive(new Record(2, kind, new byte[3]));
    assertEquals(List.of("1 {}", "2 {}"), taken);
  }

  @Test
  void whoWantsNoMoreGetsNoMore() {
    Decisions once =
        new Decisions(
            (entry, refused) -> {
              taken.add("" + entry.sequence());
              return false;
            });
    assertTrue(once.receive(record(1, new Entry.Lines(new byte[0], Precision.SECONDS, 0))));
    assertFalse(once.receive(record(2, new Entry.Lines(new byte[0], Precision.SECONDS, 0))));
    once.end();
    assertEquals(List.of("1"), taken);
  }

  private void write(long sequence) {
    decisions.receive(record(sequence, new Entry.Lines(new byte[0], Precision.SECONDS, 0)));
  }

  private void control(long sequence) {
    decisions.receive(record(sequence, new Entry.Retired("r")));
  }

  private void refused(long sequence, long write, int... lines) {
    BitSet set = new BitSet();
    for (int line : lines) {
      set.set(line);
    }
    decisions.receive(record(sequence, new Entry.Refused(write, set)));
  }

  private static Record record(long sequence, Entry entry) {
    return new Record(sequence, EntryCodec.kind(entry), EntryCodec.payload(entry));
  }
}
