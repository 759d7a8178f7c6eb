// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names that fields of a step get when their line is read, such as {@code loss} for {@code
 * train/loss}.
 *
 * <p><b>Threads.</b> Any. <b>Bounds.</b> It remembers {@value #MAX_NAMES} names.
 */
public final class StoredNames {
  private static final int MAX_NAMES = 4096;

  private final NameTable table;
  private final Map<String, String> known = new LinkedHashMap<>();

  /** Creates names by a table. */
  public StoredNames(NameTable table) {
    this.table = table;
  }

  /** The name of a field in a {@code train_step}. */
  public synchronized String of(String name) {
    String stored = known.get(name);
    if (stored == null) {
      stored = read(name);
      if (known.size() < MAX_NAMES) {
        known.put(name, stored);
      }
    }
    return stored;
  }

  private String read(String name) {
    String[] stored = {name};
    byte[] line = new LineText().line("train_step", "x", Map.of(name, 1.0), 1).bytes();
    new LineReader(table)
        .read(
            line,
            new LineReader.Lines() {
              @Override
              public void line(Point point) {
                stored[0] = point.fieldKey(0);
              }

              @Override
              public void bad(long number, String reason) {
                stored[0] = name; // it has no other name then
              }
            });
    return stored[0];
  }
}
