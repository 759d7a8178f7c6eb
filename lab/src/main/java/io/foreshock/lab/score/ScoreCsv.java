// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.predictors.evaluation.Scoreboard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the scoreboard's rows as CSV (RFC 4180). The columns are the keys of the JSON form; nested
 * keys are joined by dots.
 */
public final class ScoreCsv {
  private ScoreCsv() {}

  public static String of(Scoreboard board) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (JsonNode row : ScoreJson.of(board).get("rows")) {
      Map<String, String> cells = new LinkedHashMap<>();
      flatten("", row, cells);
      rows.add(cells);
    }
    // Foreshock's own rows lack some columns; a row of a baseline has all of them
    Set<String> columns = new LinkedHashSet<>();
    rows.stream()
        .sorted(Comparator.comparing(cells -> -cells.size()))
        .forEach(cells -> columns.addAll(cells.keySet()));
    List<List<String>> lines = new ArrayList<>(List.of(List.copyOf(columns)));
    for (Map<String, String> cells : rows) {
      lines.add(columns.stream().map(column -> cells.getOrDefault(column, "")).toList());
    }
    return Csv.of(lines);
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> cells) {
    node.fields()
        .forEachRemaining(
            field -> {
              String column = prefix + field.getKey();
              JsonNode value = field.getValue();
              if (value.isObject()) {
                flatten(column + ".", value, cells);
              } else if (value.isValueNode() && !value.isNull()) {
                cells.put(column, value.asText());
              }
            });
  }
}
