// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.TextRecord.Entry;
import java.util.List;

/**
 * Lines of MLPerf's logger: the name of a number is in {@code key} or within {@code value}, its
 * place in the run is in {@code metadata}.
 */
final class MlPerf {
  private static final long NANOS_PER_MILLISECOND = 1_000_000;
  private static final String VALUES = "value/";

  private MlPerf() {}

  static boolean wrote(TextRecord record) {
    return record.isDict() && record.line().contains(":::MLLOG");
  }

  static void mend(TextRecord record, LogSoFar log) {
    String key = record.text("key");
    if (key.equals("run_stop") && record.text("metadata/status").equals("success")) {
      log.end();
    }
    List<Entry> entries = List.copyOf(record.entries());
    record.cut(0);
    for (Entry entry : entries) {
      String name = entry.name().text();
      if (name.startsWith(VALUES)) {
        record.add(name.substring(VALUES.length()), entry.value());
      } else {
        switch (name) {
          case "time_ms" -> record.setTime((long) entry.value() * NANOS_PER_MILLISECOND);
          case "value" -> record.add(key, entry.value());
          case "metadata/step_num" -> record.add("step", entry.value());
          case "metadata/epoch_num" -> record.add("epoch", entry.value());
          default -> {} // such as the line of the benchmark's source
        }
      }
    }
    if (record.step() == null && Double.isNaN(record.epoch())) {
      record.reject(); // the configuration of the benchmark
    }
  }
}
