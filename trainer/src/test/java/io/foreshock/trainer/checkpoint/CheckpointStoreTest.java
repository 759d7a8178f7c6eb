// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
  private static final int KEEP = 2;
  private static final float[] VALUES = {1.5f, -0f, Float.MIN_VALUE, Float.NaN};

  @TempDir private Path directory;
  private CheckpointStore store;

  @BeforeEach
  void open() throws IOException {
    store = new CheckpointStore(directory, KEEP);
  }

  private static Checkpoint checkpoint(long step, boolean quiet) {
    TrainState state =
        new TrainState(
            step,
            step + 7,
            3,
            41,
            step + 5,
            new Adjustment(0.5, 0.25, 99),
            List.of(new BatchRange(4, 2)),
            new Obedience(
                step + 9,
                List.of(step),
                List.of(new Obedience.Answer(41, "mark", "done", step, "detail"))));
    return new Checkpoint(
        state,
        quiet,
        Map.of("width", "64"),
        List.of(
            new Checkpoint.Vector("parameters", VALUES),
            new Checkpoint.Vector("adam_first", new float[] {step})));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private long newestStep() throws IOException {
    return store.newest().orElseThrow().state().step();
  }

  @Test
  void returnsWhatWasSavedBitByBit() throws IOException {
    store.save(checkpoint(10, false));
    Checkpoint read = store.newest().orElseThrow();

    assertEquals(checkpoint(10, false).state(), read.state());
    assertEquals(Map.of("width", "64"), read.configuration());
    assertEquals(false, read.quiet());
    assertArrayEquals(VALUES, read.vector("parameters"));
    assertArrayEquals(new float[] {10}, read.vector("adam_first"));
  }

  @Test
  void keepsTheLastOnesAndTheNewestQuietOne() throws IOException {
    store.save(checkpoint(1, true));
    store.save(checkpoint(2, true));
    store.save(checkpoint(3, false));
    store.save(checkpoint(4, false));
    store.save(checkpoint(5, false));

    assertEquals(
        List.of(
            "step-0000000002.safetensors",
            "step-0000000004-alarm.safetensors",
            "step-0000000005-alarm.safetensors"),
        files());
  }

  @Test
  void findsTheNewestAtOrBeforeAStep() throws IOException {
    store.save(checkpoint(10, true));
    store.save(checkpoint(20, true));

    assertEquals(10, store.newestAtOrBefore(19).orElseThrow().state().step());
    assertEquals(20, store.newestAtOrBefore(20).orElseThrow().state().step());
    assertTrue(store.newestAtOrBefore(9).isEmpty());
  }

  @Test
  void replacesACheckpointOfTheSameStep() throws IOException {
    store.save(checkpoint(10, true));
    store.save(checkpoint(10, false));

    assertEquals(List.of("step-0000000010-alarm.safetensors"), files());
  }

  @Test
  void deletesWhatComesAfterARollback() throws IOException {
    store.save(checkpoint(10, true));
    store.save(checkpoint(20, true));
    store.deleteAfter(10);

    assertEquals(List.of("step-0000000010.safetensors"), files());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.3, 0.9, 0.999})
  void passesOverAFileThatIsCutShort(double share) throws IOException {
    store.save(checkpoint(10, true));
    Path newest = store.save(checkpoint(20, true));
    byte[] whole = Files.readAllBytes(newest);
    Files.write(newest, java.util.Arrays.copyOf(whole, (int) (whole.length * share)));

    assertEquals(10, newestStep());
  }

  @Test
  void passesOverAFileWithAnyOneByteChanged() throws IOException {
    store.save(checkpoint(10, true));
    Path newest = store.save(checkpoint(20, true));
    byte[] whole = Files.readAllBytes(newest);
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] != ' ') { // a blank only fills the header up
        byte[] damaged = whole.clone();
        damaged[i] ^= 0x10;
        Files.write(newest, damaged);
        assertEquals(10, newestStep(), "byte " + i);
      }
    }
  }

  @Test
  void ignoresLeftoversOfAWriteThatNeverFinished() throws IOException {
    store.save(checkpoint(10, true));
    Files.write(directory.resolve("step-0000000020.safetensors.partial"), new byte[] {1, 2, 3});

    assertEquals(10, newestStep());
  }

  @Test
  void emptyDirectoryHasNoCheckpoint() throws IOException {
    assertTrue(store.isEmpty());
    assertTrue(store.newest().isEmpty());
  }
}
