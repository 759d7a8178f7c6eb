// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.NameTable;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LinePatternTest {
  @Test
  void groupsNameTheNumbers() {
    assertEquals(
        List.of("step=20.0", "loss=2.5", "grad_norm=1.25", "learning_rate=0.1", "speed=12.0"),
        entries(
            "(?<step>\\d+) (?<loss>\\S+) (?<gradnorm>\\S+) (?<learningrate>\\S+) (?<speed>\\S+)",
            "train 20 2.5 1.25 0.1 12"));
  }

  @Test
  void aGroupThatIsNoNumberIsLeftOut() {
    assertEquals(
        List.of("loss=NaN"), entries("(?<loss>\\S+);(?<speed>\\S*);(?<lr>\\d+)?", "nan;fast;"));
  }

  @Test
  void aLineThatDoesNotMatchIsNoRecord() {
    assertEquals(List.of(), entries("loss (?<loss>[0-9.]+)", "step 1 lost 2"));
  }

  private static List<String> entries(String pattern, String line) {
    TextRecord record = new TextRecord(new NameReader(NameTable.shipped()));
    record.begin(line);
    new LinePattern(Pattern.compile(pattern)).scan(record);
    assertEquals(!record.entries().isEmpty(), record.isRecord());
    return record.entries().stream().map(e -> e.name().text() + "=" + e.value()).toList();
  }
}
