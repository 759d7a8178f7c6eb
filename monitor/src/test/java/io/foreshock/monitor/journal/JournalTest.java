// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.SmallDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final byte KIND = 7;

  @TempDir Path directory;

  @Test
  void givesBackWhatItAcknowledged() throws Exception {
    write(1000, SEGMENT_BYTES);
    assertEquals(sequences(1, 1000), read());
  }

  @Test
  void goesOnCountingAfterARestart() throws Exception {
    write(3, SEGMENT_BYTES);
    write(2, SEGMENT_BYTES);
    assertEquals(sequences(1, 5), read());
  }

  @Test
  void cutsOffATornEnd() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    for (int lost : new int[] {1, 5, 20}) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - lost));
      assertEquals(sequences(1, 9), read(), "with " + lost + " bytes torn off");
      assertTrue(Files.size(file) < bytes.length - lost, "the rest of the record is cut off");
    }
  }

  @Test
  void cutsOffAZeroedEnd() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 4096));
    assertEquals(sequences(1, 10), read());
    assertEquals(bytes.length, Files.size(file));
  }

  @Test
  void passesOverDamageInTheMiddle() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    int record = bytes.length / 10;
    for (int bit = 4 * record * 8; bit < 5 * record * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      List<Long> expected = new ArrayList<>(sequences(1, 10));
      expected.remove(5L);
      assertEquals(expected, read(), "with bit " + bit + " flipped");
    }
  }

  @Test
  void letsGoOnlyOfWhatIsCovered() throws Exception {
    write(100, 1 << 7);
    int before = files().size();
    assertTrue(before > 10, "segments: " + before);
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.release(50);
    }
    List<Long> left = read();
    assertTrue(left.get(0) <= 51, "kept from " + left.get(0));
    assertTrue(left.get(0) > 30, "kept from " + left.get(0));
    assertEquals(100, left.get(left.size() - 1));
  }

  @Test
  void aFailureToWriteIsToldAndHeals() throws Exception {
    Path blocked = Files.createDirectory(directory.resolve("j"));
    try (Journal journal = Journal.open(blocked, SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(entry -> {});
      Files.delete(blocked);
      journal.start(0);
      CompletableFuture<Void> lost = journal.append(KIND, payload(1)).durable();
      ExecutionException failure = assertThrows(ExecutionException.class, lost::get);
      assertTrue(failure.getCause() instanceof IOException);
      assertTrue(journal.trouble().isPresent());
      Files.createDirectory(blocked);
      assertEquals(2, journal.append(KIND, payload(2)).sequence());
      journal.append(KIND, payload(3)).durable().get();
      assertFalse(journal.trouble().isPresent());
      assertEquals(3, journal.durableSequence());
    }
  }

  @Test
  void readsWhatIsOnDiskWhileMoreIsWritten() throws Exception {
    try (Journal journal = Journal.open(directory, 1 << 12, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      long read = 0;
      for (int i = 0; i < 3000; i++) {
        CompletableFuture<Void> durable = journal.append(KIND, payload(i)).durable();
        if (i % 100 == 99) {
          durable.get();
          long through = journal.durableSequence();
          List<Long> sequences = new ArrayList<>();
          journal.read(read, Long.MAX_VALUE, entry -> sequences.add(entry.sequence()));
          assertEquals(sequences(read + 1, through), sequences);
          read = through;
        }
      }
      assertEquals(3000, read);
      List<Long> few = new ArrayList<>();
      journal.read(10, 20, entry -> few.add(entry.sequence()) && few.size() < 3);
      assertEquals(List.of(11L, 12L, 13L), few);
    }
  }

  @Test
  void readsOverDamageAndRecordsLargerThanItsWindow() throws Exception {
    byte[] large = new byte[3 << 20];
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      journal.append(KIND, payload(1));
      journal.append(KIND, payload(2));
      journal.append(KIND, large).durable().get();
      journal.append(KIND, payload(4)).durable().get();
      Path file = files().get(0);
      byte[] bytes = Files.readAllBytes(file);
      bytes[40] ^= 1; // in the second record
      Files.write(file, bytes);
      List<Long> sequences = new ArrayList<>();
      journal.read(
          0,
          4,
          entry -> {
            assertTrue(entry.sequence() != 3 || Arrays.equals(large, entry.payload()));
            return sequences.add(entry.sequence());
          });
      assertEquals(List.of(1L, 3L, 4L), sequences);
    }
  }

  @Test
  void aFullJournalTakesOnlyWhatIsReserved() throws Exception {
    try (Journal journal = open(new Room(2000, 0))) {
      journal.replay(entry -> {});
      journal.start(0);
      int taken = 0;
      try {
        while (true) {
          journal.append(KIND, new byte[100]).durable().get();
          taken++;
        }
      } catch (ExecutionException e) {
        assertTrue(e.getCause() instanceof NoRoomException, () -> "failed with " + e);
        assertTrue(e.getMessage().contains("limits.journal_bytes = 2000"), e.getMessage());
      }
      assertEquals(17, taken, "of 121 bytes each");
      assertEquals(17 * 121, journal.bytes());
      assertTrue(journal.trouble().isPresent());
      journal.appendReserved(KIND, payload(1)).durable().get();
    }
    List<Long> expected = new ArrayList<>(sequences(1, 17));
    expected.add(19L);
    assertEquals(expected, read(), "the refused one is a gap");
  }

  @Test
  void aFullJournalTakesEntriesAgainOnceSomeAreReleased() throws Exception {
    try (Journal journal = Journal.open(directory, 500, new Room(1000, 0), nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      for (int i = 0; i < 9; i++) {
        journal.append(KIND, new byte[100]).durable().get();
      }
      assertThrows(
          ExecutionException.class, () -> journal.append(KIND, new byte[1]).durable().get());
      journal.release(9);
      assertTrue(journal.bytes() < 1000, "left: " + journal.bytes());
      journal.append(KIND, new byte[100]).durable().get();
      assertFalse(journal.trouble().isPresent());
    }
  }

  @Test
  void leavesTheReserveOnTheDisk() throws Exception {
    try (Journal journal = open(new Room(Long.MAX_VALUE, Long.MAX_VALUE))) {
      journal.replay(entry -> {});
      journal.start(0);
      ExecutionException refused =
          assertThrows(
              ExecutionException.class, () -> journal.append(KIND, payload(1)).durable().get());
      assertTrue(refused.getMessage().contains("limits.free_disk_bytes"), refused.getMessage());
      journal.appendReserved(KIND, payload(2)).durable().get();
    }
  }

  @Test
  void aDiskThatFailsForLongIsNotLeftFullOfEmptyFiles() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory, 1 << 20);
        Journal journal = Journal.open(disk.path(), SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      disk.fill(0);
      for (int i = 0; i < 20; i++) {
        assertThrows(
            ExecutionException.class, () -> journal.append(KIND, new byte[100]).durable().get());
      }
      assertEquals(0, new JournalFiles(disk.path()).list().size());
      disk.free();
      journal.append(KIND, payload(1)).durable().get();
      assertEquals(1, new JournalFiles(disk.path()).list().size());
    }
  }

  private Journal open(Room room) throws IOException {
    return Journal.open(directory, SEGMENT_BYTES, room, nanos -> {});
  }

  private void write(int count, int segmentBytes) throws Exception {
    try (Journal journal = Journal.open(directory, segmentBytes, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      List<CompletableFuture<Void>> durable = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        durable.add(journal.append(KIND, payload(i)).durable());
        if (segmentBytes < SEGMENT_BYTES) {
          durable.get(i).get(); // else all fit into one group, and a group is not split
        }
      }
      for (CompletableFuture<Void> entry : durable) {
        entry.get();
      }
    }
  }

  private List<Long> read() throws IOException {
    List<Long> sequences = new ArrayList<>();
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(
          entry -> {
            assertEquals(KIND, entry.kind());
            sequences.add(entry.sequence());
          });
    }
    return sequences;
  }

  private List<Path> files() throws IOException {
    return new JournalFiles(directory).list();
  }

  private static byte[] payload(int i) {
    return ("payload " + i % 10).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Long> sequences(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
