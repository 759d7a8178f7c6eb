// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.format.LineProtocolLog;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.monitor.Gzip;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  @TempDir Path folder;

  private final List<String> runs = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private final LineReader.Lines lines =
      new LineReader.Lines() {
        @Override
        public void line(Point point) {
          runs.add(point.tag("run"));
        }

        @Override
        public void bad(long number, String reason) {
          problems.add(number + ": " + reason);
        }
      };

  @Test
  void aLineLongerThanTheBufferIsReadWhole() throws IOException {
    String text = "m,run=a f=1\nm,run=b f=\"" + "x\n".repeat(5000) + "\"\nbad\nm,run=c f=1";
    for (int buffer : new int[] {1, 2, 16, 1 << 20}) {
      for (boolean zipped : new boolean[] {false, true}) {
        runs.clear();
        problems.clear();
        Path file = folder.resolve("recording");
        Files.write(file, zipped ? Gzip.of(text) : text.getBytes());
        Recording recording =
            new Recording(file, new LineProtocolLog().reader(ReadingOptions.shipped()), buffer);
        recording.read(lines);
        assertEquals(List.of("a", "b", "c"), runs);
        assertEquals(List.of("5003: expected ' ' before the fields"), problems);
      }
    }
  }

  @Test
  void whatComesBeforeDamageIsHandedOnButNoHalfLine() throws IOException {
    byte[] zipped = Gzip.of("m,run=a f=1\n".repeat(1000) + "m,run=b f=1.23456789");
    Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(zipped, zipped.length - 9));
    Recording recording = new Recording(file);
    IOException e = assertThrows(IOException.class, () -> recording.read(lines));
    assertTrue(e.getMessage().contains("cut off or damaged in line "), e.getMessage());
    assertTrue(runs.stream().allMatch("a"::equals));
    assertTrue(runs.size() > 900, runs.size() + " lines");
  }
}
