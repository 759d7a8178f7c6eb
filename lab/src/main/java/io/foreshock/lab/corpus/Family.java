// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The properties that a run shares with other runs. Whole families are left out of a fit in turn,
 * to test whether a rule holds for runs that it was not fitted to.
 *
 * @param logEvery steps from one line of telemetry to the next
 */
record Family(Optimizer optimizer, Architecture architecture, Length length, long logEvery) {
  private static final long SHORT_STEPS = 600;
  private static final long LONG_STEPS = 2000;

  /** The planned length of a run. */
  enum Length {
    /** At most 600 steps. */
    SHORT,
    MEDIUM,
    /** At least 2,000 steps. */
    LONG;

    static Length of(long steps) {
      return steps <= SHORT_STEPS ? SHORT : steps < LONG_STEPS ? MEDIUM : LONG;
    }

    /** The name in JSON. */
    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The properties by name, as labels have them. */
  Map<String, String> byName() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("optimizer", optimizer.wireName());
    fields.put("architecture", architecture.wireName());
    fields.put("length", length.wireName());
    fields.put("log_every", Long.toString(logEvery));
    return fields;
  }
}
