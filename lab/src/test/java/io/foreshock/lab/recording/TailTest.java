// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.monitor.Gzip;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that grows, is cut, replaced, renamed, and written anew. */
class TailTest {
  @TempDir Path folder;

  private final List<Long> steps = new ArrayList<>();
  private Path file;
  private Tail tail;

  @BeforeEach
  void follow() {
    file = folder.resolve("run.lp");
    tail = tail(file);
  }

  @Test
  void whatIsAppendedIsReadOnce() throws IOException {
    append(lines(1, 3));
    assertReads(1, 2, 3);
    assertReads();
    append(lines(4, 5));
    assertReads(4, 5);
  }

  @Test
  void aLineWithoutItsEndIsWaitedForUntilTheEnd() throws IOException {
    append(lines(1, 1) + "train_step,run=a step=2i,lo");
    assertReads(1);
    append("ss=3.5\ntrain_step,run=a step=3i,loss=3");
    assertReads(2);
    steps.clear();
    tail.end();
    assertEquals(List.of(3L), steps);
  }

  @Test
  void aFileThatDoesNotExistYetIsWaitedFor() throws IOException {
    assertReads();
    append(lines(1, 1));
    assertReads(1);
  }

  @Test
  void ofAFileThatWasCutAllIsReadAgainThatIsNew() throws IOException {
    append(lines(1, 50));
    read();
    Files.writeString(file, lines(51, 52));
    assertReads(51, 52);
    assertEquals(50, tail.gone());
  }

  @Test
  void theRestOfARenamedFileIsReadFirst() throws IOException {
    append(lines(1, 2));
    read();
    append(lines(3, 4));
    Files.move(file, folder.resolve("run.lp.1"));
    append(lines(5, 6));
    assertReads(3, 4, 5, 6);
  }

  @Test
  void aFileThatIsWrittenAnewIsReadOnWhereItGrew() throws IOException {
    append(lines(1, 4));
    read();
    Path written = folder.resolve("new");
    Files.writeString(written, "# with another head\n" + lines(1, 6));
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    assertReads(5, 6);
    assertEquals(0, tail.gone());
    append(lines(7, 7));
    assertReads(7);
  }

  @Test
  void anotherRunInTheSamePlaceIsReadFromItsBeginning() throws IOException {
    append(lines(1, 4));
    read();
    Files.delete(file);
    append(lines(1, 1).replace("loss=1", "loss=9") + lines(2, 9));
    assertReads(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void aPackedFileIsReadOnce() throws IOException {
    Files.write(file, Gzip.of(lines(1, 3)));
    assertReads(1, 2, 3);
    assertReads();
  }

  @Test
  void severalFilesAreReadInTheirOrder() throws IOException {
    append(lines(1, 2));
    assertReads(1, 2);
    Path second = folder.resolve("second.lp");
    Files.writeString(second, lines(3, 4));
    tail.update(List.of(file, second));
    assertReads(3, 4);
  }

  private Tail tail(Path file) {
    Log log = new Log("a", false, List.of(file), Formats.named("lp"));
    return new Tail(
        log,
        ReadingOptions.shipped(),
        new LineReader.Lines() {
          @Override
          public void line(Point point) {
            steps.add((long) point.number(point.field(Telemetry.STEP)));
          }

          @Override
          public void bad(long number, String reason) {
            throw new AssertionError(number + ": " + reason);
          }
        });
  }

  private void assertReads(long... expected) throws IOException {
    read();
    List<Long> all = new ArrayList<>();
    for (long step : expected) {
      all.add(step);
    }
    assertEquals(all, steps);
  }

  private void read() throws IOException {
    steps.clear();
    tail.read();
  }

  private void append(String text) throws IOException {
    Files.writeString(
        file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      lines
          .append("train_step,run=a step=")
          .append(step)
          .append("i,loss=")
          .append(step)
          .append('\n');
    }
    return lines.toString();
  }
}
