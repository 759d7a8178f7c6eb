// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Counts the values that runs have, so that a page can offer them as columns. */
final class RunColumns {
  private static final class Count {
    int runs;
    boolean numeric = true;
  }

  private RunColumns() {}

  /** Each {@link RunColumn} that some run has, those of most runs first. */
  static ArrayNode of(Collection<RunView> runs) {
    Map<String, Count> counts = new HashMap<>();
    for (RunView run : runs) {
      for (String name : RunColumn.namesOf(run)) {
        Count count = counts.computeIfAbsent(name, key -> new Count());
        count.runs++;
        count.numeric &= new RunColumn(name).value(run) instanceof Number;
      }
    }
    ArrayNode json = Json.MAPPER.createArrayNode();
    counts.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Count> entry) -> -entry.getValue().runs)
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry ->
                json.addObject()
                    .put("name", entry.getKey())
                    .put("runs", entry.getValue().runs)
                    .put("numeric", entry.getValue().numeric));
    return json;
  }
}
