// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.trackio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.journal.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogIdsTest {
  @TempDir Path directory;

  @Test
  void anEntryKeepsItsFirstTimeAlsoAfterARestart() throws IOException {
    try (LogIds ids = open()) {
      ids.enter(List.of("a", "b", ""), List.of("r", "r", "r"), 100).join();
      ids.answered(List.of("a", "b"));
      assertTrue(ids.isAnswered("a"));
      ids.enter(List.of("a", "c"), List.of("r", "s"), 200).join();
      assertEquals(100, ids.timeNanos("a", 0));
      assertEquals(101, ids.timeNanos("b", 0));
      assertEquals(200, ids.timeNanos("c", 0));
    }
    try (LogIds ids = open()) {
      assertFalse(ids.isAnswered("a"), "the same line is written again, which is stored once");
      assertEquals(100, ids.timeNanos("a", 0));
      assertEquals(101, ids.timeNanos("b", 0));
      assertEquals(7, ids.timeNanos("unknown", 7));
    }
  }

  @Test
  void theEntriesOfADeletedRunAreNewAgainAlsoAfterARestart() throws IOException {
    try (LogIds ids = open()) {
      ids.enter(List.of("a", "b", "c"), List.of("gone", "stays", "gone"), 100).join();
      ids.answered(List.of("a", "b", "c"));
      ids.deleted("gone");
      assertFalse(ids.isAnswered("a"));
      assertTrue(ids.isAnswered("b"));
      ids.enter(List.of("a"), List.of("gone"), 900).join();
    }
    try (LogIds ids = open()) {
      assertEquals(900, ids.timeNanos("a", 0), "sent again after the deletion");
      assertEquals(101, ids.timeNanos("b", 0));
      assertEquals(7, ids.timeNanos("c", 7));
    }
  }

  @Test
  void forgetsTheOldest() throws IOException {
    try (LogIds ids = open()) {
      for (int batch = 0; batch < 300; batch++) {
        int first = batch * 1000;
        List<String> many = IntStream.range(first, first + 1000).mapToObj(i -> "id-" + i).toList();
        ids.enter(many, Collections.nCopies(1000, "r"), 100).join();
      }
      assertEquals(0, ids.timeNanos("id-0", 0));
      assertTrue(ids.timeNanos("id-299999", 0) > 0);
    }
  }

  private LogIds open() throws IOException {
    return new LogIds(directory, Room.UNBOUNDED);
  }
}
