// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.journal.Record;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same bytes hold the same lines, whichever way they come. */
class SameLinesTest {
  private static final String[] PIECES = {
    "train_step,run=a step=1i,loss=2 7\n",
    "  train_step,run=a step=2i,loss=2\r\n",
    "train_step,run=a loss=1,note=\"x\ntrain_step,run=b step=5i,loss=9\n\" 7\n",
    "train_step,run=a step=3i,loss=1.2.3,note=\"x\ntrain_step,run=b step=5i\n\"\n",
    "run_config,run=a note=\"two\n\nlines \\\"\" 1\n",
    "# a comment \"\n",
    "\n",
    "\t\n",
    "\r",
    "\ufeff",
    "nonsense\n",
    "train_step,run=a step=4i,note=\"open\n",
    "train_step,run=a step=5i,loss=NaN",
    "train_step step=5i,loss=1 1\n",
    "\"",
    "\\",
  };

  @Test
  void byHttpAndFromTheJournal() {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      Entry.Lines write = new Entry.Lines(bytes, Precision.NANOSECONDS, 0);
      Entry.Lines journalled =
          (Entry.Lines)
              EntryCodec.read(new Record(1, EntryCodec.kind(write), EntryCodec.payload(write)));
      List<String> expected = scan(write);
      String where = "seed " + seed + ": " + text;
      assertEquals(expected, scan(journalled), where);
    }
  }

  @Test
  void aLineThatWasRefusedIsLeftOutByItsIndex() {
    String lines = "# none\n\nm,run=a f=1\nm,run=b f=1 soon\nm,run=c f=1\nm,run=d f=1\n";
    Entry.Lines write =
        new Entry.Lines(lines.getBytes(StandardCharsets.UTF_8), Precision.NANOSECONDS, 100);
    BitSet refused = new BitSet();
    refused.set(2);
    List<String> taken = new ArrayList<>();
    Outcome outcome =
        new LineScan(NameTable.shipped())
            .scan(
                write,
                refused,
                (point, index) -> taken.add(index + point.tag("run") + point.timestamp()));
    assertEquals(List.of("0a100", "3d103"), taken);
    assertEquals(new Outcome(2, 2, 4, "timestamp = 'soon': expected an integer"), outcome);
  }

  private static List<String> scan(Entry.Lines lines) {
    List<String> all = new ArrayList<>();
    Outcome outcome =
        new LineScan(NameTable.shipped())
            .scan(lines, new BitSet(), (point, index) -> all.add(described(point)));
    all.add(outcome.dropped() + " bad, first " + outcome.firstBadLine() + outcome.message());
    return all;
  }

  /** What a receiver makes of a line, which may be nothing. */
  private static String described(Point point) throws MalformedLineException {
    String run = Telemetry.run(point);
    long step = point.measurement().equals("train_step") ? Telemetry.step(point) : -1;
    return run + " " + step + " " + point.fields();
  }
}
