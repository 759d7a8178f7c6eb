// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Gzip;
import io.foreshock.predictors.telemetry.NameTable;
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

  @Test
  void aLineLongerThanTheBufferIsReadWhole() throws IOException {
    String lines = "m,run=a f=1\nm,run=b f=\"" + "x\n".repeat(5000) + "\"\nbad\nm,run=c f=1";
    for (int buffer : new int[] {1, 2, 16, 1 << 20}) {
      for (boolean zipped : new boolean[] {false, true}) {
        runs.clear();
        problems.clear();
        Path file = folder.resolve("recording");
        Files.write(file, zipped ? Gzip.of(lines) : lines.getBytes());
        Recording recording = new Recording(file, NameTable.shipped(), buffer);
        recording.read(point -> runs.add(point.tag("run")), problems::add);
        assertEquals(List.of("a", "b", "c"), runs);
        assertEquals(List.of(file + ":5003: expected ' ' before the fields"), problems);
        assertEquals(1, recording.badLines());
      }
    }
  }

  @Test
  void whatComesBeforeDamageIsHandedOnButNoHalfLine() throws IOException {
    byte[] zipped = Gzip.of("m,run=a f=1\n".repeat(1000) + "m,run=b f=1.23456789");
    Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(zipped, zipped.length - 9));
    Recording recording = new Recording(file);
    IOException e =
        assertThrows(
            IOException.class,
            () -> recording.read(point -> runs.add(point.tag("run")), problems::add));
    assertTrue(e.getMessage().contains("cut off or damaged in line "), e.getMessage());
    assertTrue(runs.stream().allMatch("a"::equals));
    assertTrue(runs.size() > 900, runs.size() + " lines");
  }
}
