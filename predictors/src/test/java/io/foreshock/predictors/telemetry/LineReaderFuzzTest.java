// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Holds {@link LineReader} against {@link ReferenceLines}, which shares nothing with it, over
 * inputs made of all that has a meaning, and over those with broken bytes.
 *
 * <p>A failure prints its seed and the shortest input that still fails. {@code -Dlines.seed} and
 * {@code -Dlines.inputs} choose others.
 */
class LineReaderFuzzTest {
  private static final long SEED = Long.getLong("lines.seed", 20261123);
  private static final long INPUTS = Long.getLong("lines.inputs", 20_000);

  /** The reference translates no names. */
  private static final NameTable NAMES =
      NameTable.shipped().with(Map.of("train_step", "train_step"));

  private static final byte[] BROKEN = {
    0,
    7,
    '\n',
    '\r',
    ' ',
    '"',
    '\\',
    '=',
    ',',
    '#',
    (byte) 0x80,
    (byte) 0xbb,
    (byte) 0xbf,
    (byte) 0xef,
    -1
  };

  @Test
  void readsTheSameLinesAsTheReferenceHoweverTheInputIsCut() {
    for (long seed = SEED; seed < SEED + INPUTS; seed++) {
      byte[] input = input(new Random(seed));
      if (problem(input, seed) != null) {
        byte[] shortest = shrunk(input, seed);
        String text = new String(shortest, StandardCharsets.ISO_8859_1).replace("\n", "⏎");
        assertNull(problem(shortest, seed), "seed " + seed + ", input " + text);
      }
    }
  }

  @Test
  void aFailureIsShrunkToWhatCausesIt() {
    byte[] input = "some=lines\nwith x and y\n".getBytes(StandardCharsets.UTF_8);
    byte[] shortest =
        shrunk(input, bytes -> new String(bytes, StandardCharsets.UTF_8).matches("(?s).*x.*y.*"));
    assertEquals("xy", new String(shortest, StandardCharsets.UTF_8));
  }

  private static byte[] input(Random random) {
    byte[] input = RandomLines.input(random).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4) - 1; i > 0 && input.length > 0; i--) {
      int at = random.nextInt(input.length);
      if (random.nextBoolean()) {
        input[at] = BROKEN[random.nextInt(BROKEN.length)];
      } else {
        input = without(input, at, 1 + random.nextInt(3));
      }
    }
    return input;
  }

  /** What is wrong with how the reader reads an input; null when nothing is. */
  private static String problem(byte[] input, long seed) {
    List<String> expected = ReferenceLines.read(input, LineReaderFuzzTest::isRefused);
    List<String> whole = new ArrayList<>();
    new LineReader(NAMES).read(input, collecting(whole));
    if (!whole.equals(expected)) {
      return "read " + whole + ", expected " + expected;
    }
    return inPieces(input, new Random(seed), expected);
  }

  /** Reads an input in pieces of any size, some of them empty. */
  private static String inPieces(byte[] input, Random random, List<String> expected) {
    LineReader reader = new LineReader(NAMES);
    List<String> lines = new ArrayList<>();
    int longest = 1 + random.nextInt(1 + random.nextInt(40));
    int used = 0;
    int given = 0;
    boolean last = false;
    while (!last) {
      given = Math.min(input.length, given + random.nextInt(longest + 1));
      last = given == input.length && random.nextBoolean();
      byte[] piece = Arrays.copyOfRange(input, used, given);
      used += reader.read(piece, 0, piece.length, last, collecting(lines));
      if (!last && reader.lineNumber() != ReferenceLines.number(input, used)) {
        return "line number " + reader.lineNumber() + " at byte " + used;
      }
    }
    if (used != input.length) {
      return used + " bytes were read of " + input.length;
    }
    return lines.equals(expected) ? null : "read in pieces " + lines + ", expected " + expected;
  }

  private static LineReader.Lines collecting(List<String> lines) {
    return new LineReader.Lines() {
      @Override
      public void line(Point point) throws MalformedLineException {
        String line = ReferenceLines.of(point);
        if (isRefused(line)) {
          throw new MalformedLineException("refused");
        }
        lines.add(line);
      }

      @Override
      public void bad(long number, String reason) {
        lines.add(number + ": bad");
      }
    };
  }

  /** The receiver refuses some good lines: these show the numbers of good lines too. */
  private static boolean isRefused(String line) {
    return Objects.hash(line) % 3 == 0;
  }

  private interface Failing {
    boolean fails(byte[] input);
  }

  private static byte[] shrunk(byte[] input, long seed) {
    return shrunk(input, bytes -> problem(bytes, seed) != null);
  }

  /** Leaves out stretches of an input, long ones first, as long as it still fails. */
  private static byte[] shrunk(byte[] input, Failing failing) {
    byte[] shortest = input;
    for (int length = input.length; length > 0; length = length / 2) {
      for (int at = 0; at < shortest.length; ) {
        byte[] shorter = without(shortest, at, length);
        if (failing.fails(shorter)) {
          shortest = shorter;
        } else {
          at += length;
        }
      }
    }
    return shortest;
  }

  private static byte[] without(byte[] input, int at, int length) {
    int end = Math.min(input.length, at + length);
    byte[] shorter = Arrays.copyOf(input, input.length - (end - at));
    System.arraycopy(input, end, shorter, at, input.length - end);
    return shorter;
  }
}
