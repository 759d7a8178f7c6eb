// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.SmallDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final byte KIND = 7;

  /** Of a payload of this test. */
  private static final int RECORD_BYTES = RecordFormat.RECORD_HEAD_BYTES + payload(0).length;

  @TempDir Path directory;

  private List<Loss> losses = List.of();

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
  void cutsOffAnUnfinishedRecord() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    byte[] last = Arrays.copyOfRange(bytes, bytes.length - RECORD_BYTES, bytes.length);
    for (int written : new int[] {1, 7, 20, RECORD_BYTES - 1}) {
      Files.write(file, bytes);
      byte[] next = next(bytes, 11);
      Files.write(file, Arrays.copyOf(next, written), StandardOpenOption.APPEND);
      assertEquals(sequences(1, 10), read(), "with " + written + " bytes of the next");
      assertEquals(bytes.length, Files.size(file), "the unfinished record is cut off");
      assertEquals(List.of(), losses, "it was never acknowledged");
    }
    assertEquals(RECORD_BYTES, last.length);
  }

  @Test
  void anAcknowledgedEndThatIsGone_isALoss() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    for (int lost : new int[] {1, 5, RECORD_BYTES, RECORD_BYTES + 1}) {
      Files.write(file, Arrays.copyOf(bytes, bytes.length - lost));
      long first = lost > RECORD_BYTES ? 9 : 10;
      assertEquals(sequences(1, first - 1), read(), "with " + lost + " bytes torn off");
      assertEquals(1, losses.size());
      assertEquals(first, losses.get(0).from());
      assertEquals(10, losses.get(0).to());
    }
  }

  @Test
  void anAcknowledgedLastRecordThatIsDamaged_isALoss() throws Exception {
    write(10, SEGMENT_BYTES);
    flip(files().get(0), Files.size(files().get(0)) - 1);
    assertEquals(sequences(1, 9), read());
    assertEquals(List.of(new Loss(10, 10, RECORD_BYTES)), losses);
  }

  @Test
  void withoutItsMark_aTornEndCountsAsUnfinished_damageAsALoss() throws Exception {
    write(10, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(directory.resolve("mark"));
    flip(file, bytes.length - 1);
    assertEquals(sequences(1, 9), read());
    assertEquals(10, losses.get(0).to());
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
    assertEquals(sequences(1, 9), read());
    assertEquals(List.of(), losses);
  }

  @Test
  void aNumberThatWasUsed_isNotUsedAgain_thoughItsRecordIsGone() throws Exception {
    write(10, SEGMENT_BYTES);
    Files.delete(files().get(0));
    write(1, SEGMENT_BYTES);
    assertEquals(List.of(11L), read());
  }

  @Test
  void aFileThatIsCutShortOrGone_isALoss_evenBetweenWholeOnes() throws Exception {
    write(10, SEGMENT_BYTES);
    write(10, SEGMENT_BYTES);
    write(10, SEGMENT_BYTES);
    Path middle = files().get(1);
    byte[] bytes = Files.readAllBytes(middle);
    int kept = RecordFormat.FILE_HEAD_BYTES + 4 * RECORD_BYTES;
    for (int length : new int[] {kept, kept + 10}) {
      Files.write(middle, Arrays.copyOf(bytes, length));
      assertEquals(26 - 2, read().size());
      assertEquals(15, losses.get(0).from());
      assertEquals(20, losses.get(0).to());
      assertEquals(1, losses.size());
    }
    Files.delete(middle);
    assertEquals(20, read().size());
    assertEquals(List.of(new Loss(11, 20, 0)), losses);
  }

  @Test
  void aFileWhoseHeadIsDamaged_isReadAllTheSame() throws Exception {
    write(10, SEGMENT_BYTES);
    write(10, SEGMENT_BYTES);
    flip(files().get(1), 9);
    assertEquals(sequences(1, 20), read());
    Files.delete(directory.resolve("mark"));
    assertEquals(sequences(1, 20), read(), "by the other file's key");
  }

  /** What an attacker sends is never taken for a record, wherever the write of it is torn. */
  @Test
  void recordsWithinAPayload_areNotFound() throws Exception {
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    try (Journal other = Journal.open(other(), SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      other.replay(entry -> {});
      other.start(Long.MAX_VALUE - 10);
      other.append(KIND, payload(1)).durable().get();
    }
    byte[] record = Files.readAllBytes(new JournalFiles(other()).list().get(0));
    for (int i = 0; i < 20_000; i++) {
      forged.write(record, RecordFormat.FILE_HEAD_BYTES, RECORD_BYTES);
    }
    write(3, SEGMENT_BYTES);
    Path file = files().get(0);
    int intact = (int) Files.size(file);
    try (Journal journal = open(Room.UNBOUNDED)) {
      journal.replay(entry -> {});
      journal.start(0);
      journal.append(KIND, forged.toByteArray()).durable().get();
    }
    Path torn = files().get(1);
    byte[] bytes = Files.readAllBytes(torn);
    assertTrue(intact > 0 && bytes.length > forged.size());
    for (int cut = 1; cut < 9; cut++) {
      Files.write(torn, Arrays.copyOf(bytes, bytes.length * cut / 9));
      assertEquals(sequences(1, 3), read(), "torn after " + cut + " ninths");
      Files.write(torn, bytes);
      flip(torn, (long) bytes.length * cut / 9);
      assertEquals(sequences(1, 3), read(), "damaged after " + cut + " ninths");
    }
    flip(torn, RecordFormat.FILE_HEAD_BYTES + 9); // the head: now the next record is searched
    assertEquals(sequences(1, 3), read());
  }

  @Test
  void theSearchForTheNextRecord_isLinear() throws Exception {
    write(2, SEGMENT_BYTES);
    Path file = files().get(0);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer key = ByteBuffer.wrap(bytes, RecordFormat.FILE_HEAD_BYTES, 8).slice();
    ByteBuffer heads = ByteBuffer.allocate(4 << 20);
    while (heads.hasRemaining()) {
      heads.put(key.duplicate()); // the worst case, which no sender can bring about
    }
    Files.write(file, heads.array(), StandardOpenOption.APPEND);
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> assertEquals(sequences(1, 2), read()));
  }

  @Test
  void readsFilesOfTheFirstFormat_upToTheirFirstDamage() throws Exception {
    ByteBuffer old = ByteBuffer.allocate(1000);
    for (int i = 1; i <= 3; i++) {
      byte[] payload = payload(i);
      int at = old.position();
      old.putInt(0x464a_5201).putInt(0).putInt(payload.length).putLong(i).put(KIND).put(payload);
      CRC32C crc = new CRC32C();
      crc.update(old.duplicate().flip().position(at + 8));
      old.putInt(at + 4, (int) crc.getValue());
    }
    byte[] bytes = Arrays.copyOf(old.array(), old.position());
    Path file = new JournalFiles(directory).file(1);
    Files.write(file, bytes);
    assertEquals(sequences(1, 3), read());
    flip(file, bytes.length / 2);
    assertEquals(List.of(1L), read());
    assertEquals(1, losses.size());
    Files.write(file, bytes);
    write(2, SEGMENT_BYTES);
    assertEquals(sequences(1, 5), read());
  }

  @Test
  void aFileDeletedWhileItIsWritten_isNoDisk() throws Exception {
    try (Journal journal = open(Room.UNBOUNDED)) {
      journal.replay(entry -> {});
      journal.start(0);
      journal.append(KIND, payload(1)).durable().get();
      Files.delete(files().get(0));
      assertThrows(
          ExecutionException.class, () -> journal.append(KIND, payload(2)).durable().get());
      journal.append(KIND, payload(3)).durable().get();
    }
    assertEquals(List.of(3L), read());
  }

  @Test
  void aDirectoryThatWasRemoved_isSaidToBe() throws Exception {
    Path removed = Files.createDirectory(directory.resolve("j"));
    Room room = new Room(Long.MAX_VALUE, 1);
    assertEquals(Optional.empty(), room.shortage(removed, 0));
    Files.delete(removed);
    assertTrue(room.shortage(removed, 0).orElseThrow().contains("was removed"));
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
    int fifth = RecordFormat.FILE_HEAD_BYTES + 4 * RECORD_BYTES;
    for (int bit = fifth * 8; bit < (fifth + RECORD_BYTES) * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      List<Long> expected = new ArrayList<>(sequences(1, 10));
      expected.remove(5L);
      assertEquals(expected, read(), "with bit " + bit + " flipped");
      assertEquals(List.of(new Loss(5, 5, RECORD_BYTES)), losses);
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
      bytes[RecordFormat.FILE_HEAD_BYTES + RECORD_BYTES + 30] ^= 1; // in the second record
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
      assertEquals(16, taken, "of 129 bytes each");
      assertEquals(RecordFormat.FILE_HEAD_BYTES + 16 * 129, journal.bytes());
      assertTrue(journal.trouble().isPresent());
      journal.append(KIND, payload(1), true).durable().get();
    }
    List<Long> expected = new ArrayList<>(sequences(1, 16));
    expected.add(18L);
    assertEquals(expected, read(), "the refused one is a gap");
  }

  @Test
  void aFullJournalTakesEntriesAgainOnceSomeAreReleased() throws Exception {
    try (Journal journal = Journal.open(directory, 500, new Room(1000, 0), nanos -> {})) {
      journal.replay(entry -> {});
      journal.start(0);
      for (int i = 0; i < 8; i++) {
        journal.append(KIND, new byte[100]).durable().get();
      }
      assertThrows(
          ExecutionException.class, () -> journal.append(KIND, new byte[1]).durable().get());
      journal.release(8);
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
      journal.append(KIND, payload(2), true).durable().get();
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
    losses = List.of();
    try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Room.UNBOUNDED, nanos -> {})) {
      journal.replay(
          entry -> {
            assertEquals(KIND, entry.kind());
            sequences.add(entry.sequence());
          });
      losses = journal.losses();
    }
    return sequences;
  }

  /** The bytes of a record as the next write of this journal would begin it. */
  private byte[] next(byte[] file, long sequence) {
    long key = ByteBuffer.wrap(file).getLong(RecordFormat.FILE_HEAD_BYTES);
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
    RecordFormat.putRecordHead(record, key, sequence, KIND, payload(1));
    return record.put(payload(1)).array();
  }

  private Path other() throws IOException {
    return Files.createDirectories(directory.resolve("other"));
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
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
