// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.Tail;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader of every format must do. Each format's test makes a log of its own. */
public abstract class LogFormatContract {
  /** Losses that a log must be able to tell, as a training program writes them. */
  private static final double[] LOSSES = {
    4.5, 4.25, 1e-7, 0, -0.5, 5e36, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  @TempDir Path folder;

  /** The format under test. */
  protected abstract LogFormat format();

  /** A complete log of steps 1, 2, … with these losses and nothing else that is a loss. */
  protected abstract byte[] log(double... losses);

  /** File name under which programs write such a log. */
  protected abstract String fileName();

  /** Whether the format can tell NaN and infinities; JSON by the standard cannot. */
  protected boolean tellsNonfinite() {
    return true;
  }

  /** Name of the loss in the log. */
  protected String lossName() {
    return "loss";
  }

  @Test
  void theLogIsRecognized() {
    assertSame(format(), Formats.of(new Head(fileName(), log(4.5, 4.25, 4.125))));
    assertSame(format(), Formats.named(format().name()));
  }

  @Test
  void everyLossArrivesInOrder() {
    double[] losses =
        Arrays.stream(LOSSES).filter(l -> tellsNonfinite() || Double.isFinite(l)).toArray();
    assertEquals(text(losses), losses(log(losses)));
  }

  @Test
  void theSameBytesGiveTheSameRecordsHoweverTheyAreCut() {
    byte[] log = log(4.5, 4.25, 4.125, 4, 3.875, 3.75);
    List<String> whole = records(log, log.length);
    for (int piece : new int[] {1, 2, 3, 7, 64, 4096}) {
      assertEquals(whole, records(log, piece), "pieces of " + piece + " bytes");
    }
  }

  @Test
  void anEmptyLogHasNoRecords() {
    assertEquals(List.of(), records(new byte[0], 1));
  }

  @Test
  void ofALogThatIsCutOffTheRecordsBeforeAreRead() {
    byte[] log = log(4.5, 4.25, 4.125, 4, 3.875, 3.75);
    List<String> whole = losses(log);
    for (int length = 0; length < log.length; length++) {
      List<String> cut = losses(Arrays.copyOf(log, length));
      assertTrue(cut.size() <= whole.size(), "cut at " + length);
      if (!cut.isEmpty()) {
        // a number that is cut in the middle may be another number; those before are whole
        assertEquals(
            whole.subList(0, cut.size() - 1), cut.subList(0, cut.size() - 1), "cut at " + length);
      }
    }
  }

  @Test
  void garbageEndsNothingButItself() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      byte[] garbage = new byte[random.nextInt(3000)];
      random.nextBytes(garbage);
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      log.writeBytes(log(4.5, 4.25));
      log.writeBytes(garbage);
      Collected collected = collect(log.toByteArray(), 1000);
      assertTrue(
          collected.losses.size() >= (format().writtenWhole() ? 0 : 2),
          "the records before the garbage");
      assertTrue(collected.losses.size() < 2000, "garbage is no telemetry");
    }
  }

  @Test
  void manyRecordsTakeSeconds() {
    assertEquals(100_000, losses(longLog(100_000)).size());
  }

  @Tag("slow")
  @Test
  void aMillionRecordsAreRead() {
    assertEquals(1_000_000, losses(longLog(1_000_000)).size());
  }

  @Test
  void whatAFileGrowsByIsPassedOnOnce() throws IOException {
    byte[] log = log(4.5, 4.25, 4.125, 4, 3.875, 3.75);
    List<String> whole = new Followed(log).end();
    assertTrue(whole.size() >= 6, whole::toString);
    for (int cut = 0; cut <= log.length; cut += Math.max(1, log.length / 40)) {
      Followed followed = new Followed(Arrays.copyOf(log, cut));
      followed.write(log);
      assertEquals(whole, followed.end(), "cut at " + cut);
    }
  }

  @Test
  void aFileThatIsWrittenAnewIsReadOnWhereItGrew() throws IOException {
    Followed followed = new Followed(log(4.5, 4.25, 4.125));
    followed.replace(log(4.5, 4.25, 4.125, 4, 3.875));
    assertEquals(text(4.5, 4.25, 4.125, 4, 3.875), losses(followed.end()));
  }

  @Test
  void anotherFileInItsPlaceIsReadFromItsBeginning() throws IOException {
    Followed followed = new Followed(log(4.5, 4.25, 4.125));
    followed.replace(log(9, 8, 7, 6));
    List<String> losses = losses(followed.end());
    assertEquals(text(9, 8, 7, 6), losses.subList(losses.size() - 4, losses.size()));
  }

  /** A log that is followed while it is written. */
  private final class Followed {
    private final Path file;
    private final List<String> lines = new ArrayList<>();
    private final Tail tail;

    Followed(byte[] begun) throws IOException {
      file = Files.createTempDirectory(folder, "log").resolve(fileName());
      Files.write(file, begun);
      tail =
          new Tail(
              new Log("a", false, List.of(file), format()),
              ReadingOptions.shipped(),
              new LineReader.Lines() {
                @Override
                public void line(Point point) {
                  point.setTag(
                      "run", "a"); // restarts give others, which is not the format's matter
                  LineWriter line = new LineWriter();
                  line.point(point);
                  lines.add(new String(line.toByteArray(), StandardCharsets.UTF_8).strip());
                }

                @Override
                public void bad(long number, String reason) {
                  // a file that is being written may be cut anywhere
                }
              });
      tail.read();
    }

    void write(byte[] more) throws IOException {
      Files.write(file, more);
      tail.read();
    }

    void replace(byte[] other) throws IOException {
      Path written = Files.write(file.resolveSibling("written"), other);
      Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
      tail.read();
    }

    List<String> end() throws IOException {
      tail.end();
      return lines;
    }
  }

  private static List<String> losses(List<String> lines) {
    return lines.stream()
        .map(Pattern.compile("[ ,]loss=([^, ]+)")::matcher)
        .filter(Matcher::find)
        .map(loss -> text(Double.parseDouble(loss.group(1))))
        .toList();
  }

  private byte[] longLog(int records) {
    double[] losses = new double[records];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = 4 + Math.sin(i);
    }
    return log(losses);
  }

  /** The losses of a log, as texts because NaN does not equal itself. */
  protected final List<String> losses(byte[] log) {
    return collect(log, 1 << 16).losses;
  }

  /** All records of a log, as texts. */
  protected final List<String> records(byte[] log, int piece) {
    return collect(log, piece).records;
  }

  /** The records of a log that is written in UTF-8. */
  protected final List<String> records(String log) {
    return records(log.getBytes(StandardCharsets.UTF_8), 1 << 16);
  }

  /** What a log tells of bad records. */
  protected final List<String> problems(byte[] log) {
    return collect(log, 1 << 16).problems;
  }

  /** Collects records as texts; for a test that feeds a reader by itself. */
  protected final LineReader.Lines collecting(List<String> records) {
    return new Collected(records);
  }

  private Collected collect(byte[] log, int piece) {
    LogReader reader = format().reader(ReadingOptions.shipped());
    Collected collected = new Collected(new ArrayList<>());
    int read = 0;
    int arrived = 0;
    boolean ended = false;
    while (!ended) {
      arrived = Math.min(log.length, arrived + piece);
      ended = arrived == log.length;
      int next = reader.read(log, read, arrived, ended, collected);
      assertFalse(next < read || next > arrived, "position " + next);
      read = next;
    }
    return collected;
  }

  private static List<String> text(double... losses) {
    return Arrays.stream(losses).mapToObj(LogFormatContract::text).toList();
  }

  /** Single precision, because some formats hold no more. */
  private static String text(double loss) {
    return Float.toString((float) loss);
  }

  private final class Collected implements LineReader.Lines {
    private final List<String> records;
    private final List<String> losses = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Collected(List<String> records) {
      this.records = records;
    }

    @Override
    public void line(Point point) {
      int loss = point.field(lossName());
      if (loss >= 0) {
        losses.add(text(point.number(loss)));
      }
      StringBuilder record = new StringBuilder(point.measurement());
      for (int i = 0; i < point.tagCount(); i++) {
        record.append(',').append(point.tagKey(i)).append('=').append(point.tagValue(i));
      }
      String separator = " ";
      for (int i = 0; i < point.fieldCount(); i++) {
        String text = point.text(i);
        record.append(separator).append(point.fieldKey(i)).append('=');
        record.append(text == null ? Double.toString(point.number(i)) : '"' + text + '"');
        separator = ",";
      }
      records.add(record + (point.hasTime() ? " " + point.timestamp() : ""));
    }

    @Override
    public void bad(long number, String reason) {
      problems.add(number + ": " + reason);
    }
  }
}
