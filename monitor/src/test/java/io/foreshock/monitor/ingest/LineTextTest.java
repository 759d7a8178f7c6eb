// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTextTest {
  @Test
  void writesEveryTypeOfField() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", 7L);
    fields.put("loss", 2.5);
    fields.put("bad", Double.NaN);
    fields.put("flag", true);
    fields.put("text", "a \"b\" \\");
    assertEquals(
        "m,run=r,rank=0 step=7i,loss=2.5,bad=NaN,flag=true,text=\"a \\\"b\\\" \\\\\" 5\n",
        new LineText().line("m", "r", Map.of("rank", "0"), fields, 5).toString());
  }

  @Test
  void leavesOutLinesWithoutFieldsAndTagsWithoutValue() {
    assertTrue(new LineText().line("m", "r", Map.of(), 5).isEmpty());
    assertEquals(
        "m,run=r a=1.0 5\n",
        new LineText().line("m", "r", Map.of("x", ""), Map.of("a", 1.0), 5).toString());
  }

  /** Names that could break a line, or begin another one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a,b=c",
        "a\\",
        "a\\ b",
        "a\nevil,run=x y=1",
        "\r",
        "ä€😀",
        "\"",
        "#a",
        "a\\\\",
        "="
      })
  void anyNameIsReadBackAsOneLine(String name) {
    byte[] line = new LineText().line("m", name, Map.of(name, name), Map.of(name, 1.0), 5).bytes();
    List<String> read = new ArrayList<>();
    new LineReader(NameTable.shipped())
        .read(
            line,
            new LineReader.Lines() {
              @Override
              public void line(Point point) {
                read.add(String.valueOf(point.tag("run")));
                read.add(point.fieldKey(0));
              }

              @Override
              public void bad(long number, String reason) {
                read.add(reason);
              }
            });
    String safe = name.replaceAll("[\\n\\r]", "_").replaceAll("\\\\$", "_");
    assertEquals(List.of(safe, safe), read);
  }
}
