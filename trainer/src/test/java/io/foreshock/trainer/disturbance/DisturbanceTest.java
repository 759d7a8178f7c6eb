// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.disturbance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.data.Corpus;
import io.foreshock.trainer.disturbance.Disturbance.Garbage;
import io.foreshock.trainer.disturbance.Disturbance.Precision;
import io.foreshock.trainer.disturbance.Disturbance.Rate;
import io.foreshock.trainer.disturbance.Disturbance.Repeat;
import io.foreshock.trainer.disturbance.Disturbance.Resume;
import io.foreshock.trainer.disturbance.Disturbance.Slow;
import io.foreshock.trainer.disturbance.Disturbance.Span;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisturbanceTest {
  private final Batches batches =
      new Batches(new Corpus("letters", "abcdefgh".repeat(500).getBytes()), 8, 32, 1);

  private static Disturbances disturbances(String... texts) {
    return new Disturbances(Stream.of(texts).map(Disturbance::parse).toList());
  }

  @Test
  void readsEveryKind() {
    assertEquals(new Garbage(new Span(200, 5)), Disturbance.parse("garbage@200+5"));
    assertEquals(new Repeat(new Span(200, 50), 4), Disturbance.parse("repeat@200+50"));
    assertEquals(new Repeat(new Span(200, 50), 2), Disturbance.parse("repeat@200+50=2"));
    assertEquals(new Rate(new Span(9, Span.ENDLESS), 2.5), Disturbance.parse("rate@9=2.5"));
    assertEquals(new Rate(new Span(9, 3), 10), Disturbance.parse("rate@9+3=10"));
    assertEquals(new Slow(new Span(9, 3), 0.25), Disturbance.parse("slow@9+3=0.25"));
    assertEquals(new Resume(100, 30), Disturbance.parse("resume@100=30"));
    assertEquals(
        new Precision(new Span(100, Span.ENDLESS), 8), Disturbance.parse("precision@100=8"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          garbage            | KIND@STEP[+COUNT][=VALUE]
          garbage@x+5        | KIND@STEP[+COUNT][=VALUE]
          flood@5+5          | a kind of [garbage, precision, rate, repeat, resume, slow]
          garbage@5          | garbage@S+N (the count is missing)
          garbage@5+5=3      | garbage@S+N (it has no value)
          garbage@0+5        | garbage@S+N (expected a step and a count of at least 1)
          rate@5             | rate@S[+N]=FACTOR (the value is missing)
          rate@5=much        | rate@S[+N]=FACTOR (not a number)
          rate@5=-1          | rate@S[+N]=FACTOR (expected a factor of at least 0)
          rate@5=NaN         | rate@S[+N]=FACTOR (expected a factor of at least 0)
          slow@5=1           | slow@S+N=SECONDS (the count is missing)
          slow@5+1=0         | slow@S+N=SECONDS (expected seconds above 0, at most 86400)
          repeat@5+5=0       | repeat@S+N[=BATCHES] (expected at least 1 batch)
          resume@5+1=2       | resume@S=STEPS (it has no count)
          resume@5=6         | resume@S=STEPS (expected to go back by 1 to 5 steps)
          precision@5=1      | precision@S=BITS (expected 2 to 24 bits)
          precision@5=8.5    | precision@S=BITS (not a number)
          """)
  void namesWhatIsWrong(String text, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Disturbance.parse(text)).getMessage();

    assertEquals("--disturb = " + text + ": expected " + expected, message);
  }

  @Test
  void garbageIsRandomBytesFromItsStepOnAndTheSameEachTime() {
    Disturbances garbage = disturbances("garbage@3+2");
    long[] before = garbage.batch(batches, 1).inputs();
    Batches.Batch first = garbage.batch(batches, 2); // step 3 takes batch 2
    Batches.Batch second = garbage.batch(batches, 3);

    assertArrayEquals(batches.at(1).inputs(), before);
    assertArrayEquals(batches.at(4).inputs(), garbage.batch(batches, 4).inputs());
    assertArrayEquals(first.inputs(), garbage.batch(batches, 2).inputs());
    assertFalse(Arrays.equals(first.inputs(), second.inputs()));
    assertEquals(2, first.index());
    // 256 draws of 256 values: about 162 different ones
    assertEquals(162, LongStream.of(first.inputs()).distinct().count(), 25);
    assertEquals(127.5, LongStream.of(first.inputs()).average().orElseThrow(), 20);
    long[] shifted = Arrays.copyOfRange(first.inputs(), 8, first.inputs().length);
    assertArrayEquals(shifted, Arrays.copyOf(first.targets(), shifted.length));
  }

  @Test
  void repeatedBatchesComeUnderRisingIndices() {
    Disturbances repeat = disturbances("repeat@11+6=2");
    long[] sources = {9, 10, 11, 10, 11, 10, 11, 16};
    for (int i = 0; i < sources.length; i++) {
      Batches.Batch batch = repeat.batch(batches, 9 + i);

      assertEquals(9 + i, batch.index());
      assertArrayEquals(batches.at(sources[i]).inputs(), batch.inputs());
    }
  }

  @Test
  void ratesMultiply() {
    Disturbances rates = disturbances("rate@10=2", "rate@20+5=3");

    assertEquals(1, rates.rate(9));
    assertEquals(2, rates.rate(10));
    assertEquals(6, rates.rate(24));
    assertEquals(2, rates.rate(25));
  }

  @Test
  void slownessAndPrecisionHoldWithinTheirSpans() {
    Disturbances both = disturbances("slow@5+2=3", "precision@6=8");

    assertEquals(OptionalDouble.empty(), both.seconds(4));
    assertEquals(OptionalDouble.of(3), both.seconds(6));
    assertEquals(OptionalDouble.empty(), both.seconds(7));
    assertEquals(24, both.attentionBits(5, 24));
    assertEquals(8, both.attentionBits(1000, 24));
  }
}
