// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Collects the signals of one measurement from a store that returns row by row. */
final class SignalsSeen {
  private static final class Seen {
    private final TreeSet<String> layers = new TreeSet<>();
    private long first = Long.MAX_VALUE;
    private int segment = -1;
    private long last;
    private double value;

    void add(InfluxReader.Row row, double number) {
      if (row.layer() != null) {
        layers.add(row.layer());
      }
      first = Math.min(first, row.step());
      boolean newer = row.segment() > segment || row.segment() == segment && row.step() > last;
      if (newer) {
        segment = row.segment();
        last = row.step();
        value = number;
      } else if (row.segment() == segment && row.step() == last) {
        value = Math.max(value, number);
      }
    }
  }

  private final String measurement;
  private final Map<String, Seen> fields = new LinkedHashMap<>();

  SignalsSeen(String measurement) {
    this.measurement = measurement;
  }

  void add(InfluxReader.Row row) {
    row.values()
        .forEach(
            (field, value) -> fields.computeIfAbsent(field, name -> new Seen()).add(row, value));
  }

  List<StoredSignal> signals() {
    List<StoredSignal> signals = new ArrayList<>();
    fields.forEach(
        (field, seen) ->
            signals.add(
                new StoredSignal(
                    measurement,
                    field,
                    List.copyOf(seen.layers),
                    seen.first,
                    seen.last,
                    seen.value)));
    return signals;
  }
}
