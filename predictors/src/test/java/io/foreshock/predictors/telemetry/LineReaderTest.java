// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  private static final String GOOD = "train_step,run=a step=1i,loss=2 7\n";

  /** What must stay text, told by its run; a quote within it is escaped, as senders do. */
  private static final String INNER = "\ntrain_step,run=injected step=5i,loss=9,note=\\\"x\\\" 7\n";

  @Test
  void aTextOfALineThatIsRefusedIsNotRead() {
    List<String> lines =
        read(
            "train_step,run=a loss=1,note=\"x\ntrain_step,run=b step=5i,loss=9\n\" 7\n" + GOOD,
            point -> Telemetry.step(point));
    assertEquals(2, lines.size(), lines.toString());
    assertEquals("1: bad: field 'step' is missing on train_step", lines.get(0));
    assertTrue(lines.get(1).startsWith("train_step {run=a}"), lines.get(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train_step,run=a step=1i,loss=1.2.3,note=\"x%s\" 7\n",
        "train_step,run=a step=1i,note=\"x%s\"y 7\n",
        "train_step,run=a step=1i,note=\"x%s\",loss= 7\n",
        "train_step,run=a step=1i,note=\"x%s\" soon\n",
        "train_step,run=a step=1i loss=2,note=\"x%s\" 7\n",
        "train_step,run=a step=1i, note=\"x%s\" soon\n",
        "train_step,run=my run step=1i,note=\"x%s\" 7\n",
        "train_step,run=a\\ b,run=c step=1i,note=\"x%s\" 7\n",
        "train_step,run step=1i,note=\"x%s\" 7\n",
        "train_step,run=a loss,note=\"x%s\" 7\n",
        "train_step,run=a a=\"x%s\",b=\"y%<s\",c 7\n",
      })
  void noBadLineEndsWithinItsTexts(String line) {
    List<String> lines = read(line.formatted(INNER) + GOOD);
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("1: bad: "), lines.get(0));
    assertTrue(lines.get(1).contains("{run=a}"), lines.get(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train_step,run=\"a step=x\n",
        "train\"step,run=\"a step=x\n",
        "train_step,run=a st\"ep=x\n",
        "train_step,run=a st\\=\"ep=x\n",
        "train_step,run=a step=1\"\n",
        "\"train_step,run=a=\"b\n",
      })
  void aQuoteElsewhereOpensNoText(String line) {
    List<String> lines = read(line + GOOD + "train_step,run=a step=1i,note=\"x\" 8\n");
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("bad"));
    assertTrue(lines.get(1).startsWith("train_step {run=a}"), lines.get(1));
    assertTrue(lines.get(2).startsWith("train_step {run=a}"), lines.get(2));
  }

  @Test
  void aQuoteThatNothingClosesCostsOnlyItsLine() {
    List<String> lines =
        read("train_step,run=a step=1i,b=\"x\ny\",note=\"never\n" + GOOD.repeat(3));
    assertEquals("1: bad: field 'note': text without closing quote", lines.get(0));
    assertTrue(lines.get(1).startsWith("train_step {run=a}"), lines.get(1));
    assertEquals(4, lines.size());
  }

  @Test
  void blanksCommentsAndTheByteOrderMarkAreSkipped() {
    String text =
        "\ufeff# a comment with a=\"quote\n \t"
            + GOOD
            + "\r\n  \r\n"
            + GOOD.replace("\n", "\r\n")
            + "  # another\n"
            + GOOD.strip();
    List<String> lines = read(text);
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("train_step {run=a}"), lines.get(0));
    assertTrue(lines.get(1).startsWith("train_step {run=a}"), lines.get(1));
    assertTrue(lines.get(2).startsWith("train_step {run=a}"), lines.get(2));
    assertTrue(read("a x=1\n\ufeffa x=1\n").get(1).startsWith("\ufeffa"), "once");
  }

  @Test
  void aLineThatIsTooLongIsOneBadLineAndWhatFollowsIsRead() {
    String longText = "train_step,run=a step=1i,note=\"" + (INNER + "x".repeat(50)).repeat(9);
    for (int longest : new int[] {60, 100, 500}) {
      for (String end : new String[] {"\" 7\n", "\"x\n", ""}) {
        byte[] bytes = bytes(GOOD + longText + end + GOOD);
        List<String> whole = read(new LineReader(longest), bytes, bytes.length, p -> {});
        assertEquals(end.isEmpty() ? 2 : 3, whole.size(), whole.toString());
        assertTrue(whole.get(1).startsWith("2: bad: the line is longer than " + longest));
        for (int piece = 1; piece < 200; piece += 7) {
          assertEquals(whole, read(new LineReader(longest), bytes, piece, p -> {}));
        }
      }
    }
  }

  @Test
  void noGoodLineBeginsWithinAText() {
    long seed = Long.getLong("lines.seed", 20261123);
    for (long i = 0; i < 20_000; i++) {
      Random random = new Random(seed + i);
      StringBuilder text = new StringBuilder();
      int good = 0;
      for (int line = 0; line < 4; line++) {
        boolean broken = random.nextBoolean();
        text.append(RandomLines.withTexts(random, INNER, broken));
        good += broken ? 0 : 1;
      }
      List<String> lines = read(text.toString());
      String where = "seed " + (seed + i) + ": " + text + lines;
      assertFalse(lines.stream().anyMatch(line -> line.contains("run=injected}")), where);
      assertEquals(4, lines.size(), where);
      assertEquals(good, lines.stream().filter(line -> !line.contains(": bad")).count(), where);
    }
  }

  /** Hands over a point, or finds it bad. */
  private interface Judge {
    void judge(Point point) throws MalformedLineException;
  }

  private static List<String> read(String text) {
    return read(text, point -> {});
  }

  private static List<String> read(String text, Judge judge) {
    byte[] bytes = bytes(text);
    return read(new LineReader(), bytes, bytes.length, judge);
  }

  private static List<String> read(LineReader reader, byte[] input, int piece, Judge judge) {
    Collected lines = new Collected(judge);
    if (piece == input.length) {
      reader.read(input, lines);
      return lines.all;
    }
    byte[] waiting = new byte[0];
    for (int given = 0; given < input.length || given == 0; given += piece) {
      int size = Math.max(0, Math.min(piece, input.length - given));
      byte[] bytes = Arrays.copyOf(waiting, waiting.length + size);
      System.arraycopy(input, given, bytes, waiting.length, size);
      int used = reader.read(bytes, 0, bytes.length, given + piece >= input.length, lines);
      waiting = Arrays.copyOfRange(bytes, used, bytes.length);
    }
    assertEquals(0, waiting.length, "all was used");
    return lines.all;
  }

  private static final class Collected implements LineReader.Lines {
    private final Judge judge;
    private final List<String> all = new ArrayList<>();

    Collected(Judge judge) {
      this.judge = judge;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      judge.judge(point);
      all.add(ReferenceLines.of(point));
    }

    @Override
    public void bad(long number, String reason) {
      all.add(number + ": bad: " + reason);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
