// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchesTest {
  private static final int SEQUENCES = 16;
  private static final int CONTEXT = 64;

  @Test
  void batchIsAFunctionOfSeedAndIndex() {
    assertArrayEquals(batches(5).at(42).inputs(), batches(5).at(42).inputs());
  }

  @Test
  void targetsAreTheNextTokens() {
    Batches.Batch batch = batches(1).at(3);
    for (int at = 0; at < (CONTEXT - 1) * SEQUENCES; at++) {
      assertEquals(batch.inputs()[at + SEQUENCES], batch.targets()[at]);
    }
  }

  @Test
  void noPassageReturnsInAHundredBatchesOrUnderOtherSeeds() {
    Set<String> passages = new HashSet<>();
    for (long seed = 0; seed < 4; seed++) {
      for (long index = 0; index < 100; index++) {
        passages.addAll(passages(batches(seed).at(index)));
      }
    }
    int drawn = 4 * 100 * SEQUENCES;
    // chance alone repeats a handful of 6,400 starts among 10 million
    assertTrue(passages.size() > drawn - 20, "only " + passages.size() + " of " + drawn);
  }

  @Test
  void tooShortTextIsRefusedWithNumbers() {
    Corpus text = new Corpus("tiny", new byte[CONTEXT]);
    Throwable refusal =
        assertThrows(
            IllegalArgumentException.class, () -> new Batches(text, SEQUENCES, CONTEXT, 1));
    assertEquals(
        "text 'tiny' has 64 bytes: expected at least context + 1 = 65", refusal.getMessage());
  }

  private static Set<String> passages(Batches.Batch batch) {
    Set<String> passages = new HashSet<>();
    for (int b = 0; b < SEQUENCES; b++) {
      StringBuilder passage = new StringBuilder();
      for (int t = 0; t < CONTEXT; t++) {
        passage.append((char) batch.inputs()[t * SEQUENCES + b]);
      }
      passages.add(passage.toString());
    }
    return passages;
  }

  private static Batches batches(long seed) {
    byte[] text = new byte[10_000_000];
    new Random(1).nextBytes(text);
    return new Batches(new Corpus("random", text), SEQUENCES, CONTEXT, seed);
  }
}
