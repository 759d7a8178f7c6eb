// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.Gzip;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file holds the same lines as a write to the monitor of the same bytes. */
class SameLinesTest {
  private static final String[] PIECES = {
    "train_step,run=a step=1i,loss=2 7\n",
    "  train_step,run=a step=2i,loss=2\r\n",
    "train_step,run=a loss=1,note=\"x\ntrain_step,run=b step=5i,loss=9\n\" 7\n",
    "run_config,run=a note=\"two\n\nlines \\\"\" 1\n",
    "# a comment \"\n",
    "\n",
    "\t\n",
    "\r",
    "\ufeff",
    "nonsense\n",
    "train_step,run=a step=4i,note=\"open\n",
    "train_step,run=a step=5i,loss=NaN",
    "\"",
    "\\",
  };

  @TempDir Path folder;

  @Test
  void plainAndCompressed() throws IOException {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      Collected expected = new Collected();
      new LineReader().read(bytes, expected);

      assertEquals(expected.lines, file(bytes), "seed " + seed + ": " + text);
      if (seed % 10 == 0) {
        assertEquals(expected.lines, file(Gzip.of(text.toString())), "compressed, seed " + seed);
      }
    }
  }

  private List<String> file(byte[] bytes) throws IOException {
    Collected found = new Collected();
    new Recording(Files.write(folder.resolve("recording"), bytes)).read(found);
    return found.lines;
  }

  private static final class Collected implements LineReader.Lines {
    final List<String> lines = new ArrayList<>();

    @Override
    public void line(Point point) {
      lines.add(point.measurement() + " " + point.tag("run") + " " + point.fields());
    }

    @Override
    public void bad(long number, String reason) {
      lines.add("line " + number + ": " + reason);
    }
  }
}
