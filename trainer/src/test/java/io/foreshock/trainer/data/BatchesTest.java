// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int SEQUENCES = 3;
  private static final int CONTEXT = 5;

  /** Byte i of the text is i, so a token tells its place. */
  private final Corpus counting = new Corpus("counting", bytes(200));

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  void sequencesRunThroughTheTextTimeMajor() {
    Batches.Batch batch = new Batches(counting, SEQUENCES, CONTEXT, 7).at(0);

    for (int b = 0; b < SEQUENCES; b++) {
      long first = batch.inputs()[b];
      for (int t = 0; t < CONTEXT; t++) {
        assertEquals(first + t, batch.inputs()[t * SEQUENCES + b]);
        assertEquals(first + t + 1, batch.targets()[t * SEQUENCES + b]);
      }
    }
  }

  @Test
  void sameSeedAndIndexGiveTheSameBatchInAnyOrder() {
    Batches one = new Batches(counting, SEQUENCES, CONTEXT, 7);
    Batches other = new Batches(counting, SEQUENCES, CONTEXT, 7);
    other.at(99);

    assertArrayEquals(one.at(5).inputs(), other.at(5).inputs());
  }

  @Test
  void otherSeedOrIndexGivesAnotherBatch() {
    Batches batches = new Batches(counting, SEQUENCES, CONTEXT, 7);

    assertFalse(Arrays.equals(batches.at(0).inputs(), batches.at(1).inputs()));
    assertFalse(
        Arrays.equals(
            batches.at(0).inputs(), new Batches(counting, SEQUENCES, CONTEXT, 8).at(0).inputs()));
  }

  @Test
  void bytesAboveAsciiAreTokensFrom128() {
    Corpus high = new Corpus("high", new byte[] {-1, -1});

    assertEquals(255, new Batches(high, 1, 1, 0).at(0).inputs()[0]);
  }

  @Test
  void textShorterThanAPassageIsRefused() {
    Corpus brief = new Corpus("brief", bytes(CONTEXT));

    assertThrows(IllegalArgumentException.class, () -> new Batches(brief, 1, CONTEXT, 0));
  }

  @Test
  void noPassageReturnsInAHundredBatchesOrUnderOtherSeeds() {
    byte[] text = new byte[10_000_000];
    new Random(1).nextBytes(text);
    Corpus random = new Corpus("random", text);
    Set<String> passages = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      Batches batches = new Batches(random, 16, 8, seed);
      for (long index = 0; index < 100; index++) {
        passages.addAll(passages(batches.at(index)));
      }
    }

    // chance alone repeats a handful of 6,400 starts among 10 million
    assertTrue(passages.size() > 6400 - 20, "only " + passages.size() + " of 6400 differ");
  }

  private static Set<String> passages(Batches.Batch batch) {
    Set<String> passages = new HashSet<>();
    for (int b = 0; b < 16; b++) {
      StringBuilder passage = new StringBuilder();
      for (int t = 0; t < 8; t++) {
        passage.append((char) batch.inputs()[t * 16 + b]);
      }
      passages.add(passage.toString());
    }
    return passages;
  }
}
