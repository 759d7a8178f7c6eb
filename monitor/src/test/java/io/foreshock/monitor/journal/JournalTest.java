// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, nanos -> {})) {
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
    try (Journal journal = Journal.open(blocked, SEGMENT_BYTES, nanos -> {})) {
      journal.replay(entry -> {});
      Files.delete(blocked);
      journal.start(0);
      CompletableFuture<Void> lost = journal.append(KIND, payload(1)).durable();
      ExecutionException failure = assertThrows(ExecutionException.class, lost::get);
      assertTrue(failure.getCause() instanceof IOException);
      assertTrue(journal.failing());
      Files.createDirectory(blocked);
      assertEquals(2, journal.append(KIND, payload(2)).sequence());
      journal.append(KIND, payload(3)).durable().get();
      assertFalse(journal.failing());
      assertEquals(3, journal.durableSequence());
    }
  }

  @Test
  void readsWhatIsOnDiskWhileMoreIsWritten() throws Exception {
    try (Journal journal = Journal.open(directory, 1 << 12, nanos -> {})) {
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
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, nanos -> {})) {
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

  private void write(int count, int segmentBytes) throws Exception {
    try (Journal journal = Journal.open(directory, segmentBytes, nanos -> {})) {
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
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, nanos -> {})) {
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
