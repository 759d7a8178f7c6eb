// SPDX-License-Identifier: Apache-2.0
package io.foreshock.dashboards;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Flux query asks the store for, read from its text; not a parser of Flux.
 *
 * @param text as Grafana sends it, before its variables are filled in
 */
record FluxQuery(String text) {
  private static final Pattern MEASUREMENT = Pattern.compile("r\\._measurement == \"([^\"]*)\"");
  private static final Pattern FIELD = Pattern.compile("r\\._field == \"([^\"]*)\"");
  private static final Pattern COLUMN = Pattern.compile("\\br\\.(\\w+)");
  private static final Pattern COLUMN_LIST = Pattern.compile("(?:columns|rowKey): \\[([^\\]]*)]");
  private static final Pattern MADE = Pattern.compile("(?:rename\\(columns: \\{|\\(\\{)(.*?)}\\)");
  private static final Pattern OPTION = Pattern.compile("\\bv\\.(\\w+)");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  private static final Set<String> OPTIONS =
      Set.of("defaultBucket", "timeRangeStart", "timeRangeStop", "windowPeriod");
  private static final Set<String> STORE_COLUMNS =
      Set.of("_time", "_value", "_field", "_measurement", "_start", "_stop");
  private static final Set<String> TELEMETRY_TAGS = Set.of("run", "segment", "layer", "head");

  /** The measurement that the store keeps alarms in, with its tags and fields. */
  private static final String ALARM = "alarm";

  private static final Set<String> ALARM_TAGS =
      Set.of("run", "segment", "kind", "severity", "state", "incident", "layer");
  private static final Set<String> ALARM_FIELDS =
      Set.of("step", "value", "threshold", "eta_steps", "probability", "signal", "message", "json");

  /** Everything that the store does not have, and everything left open that makes it read all. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Set<String> measurements = all(MEASUREMENT);
    Set<String> fields = all(FIELD);
    if (measurements.isEmpty()) {
      problems.add("asks for no measurement");
    }
    boolean metadata = text.contains("schema.tagValues(");
    if (fields.isEmpty() && !metadata) {
      problems.add("asks for no field");
    }
    Set<String> known = new HashSet<>();
    for (String measurement : measurements) {
      Set<String> has = fieldsOf(measurement);
      if (has.isEmpty()) {
        problems.add("measurement " + measurement + " is not in the contract");
      }
      known.addAll(has);
      if (!metadata && fields.stream().noneMatch(has::contains)) {
        problems.add("asks for no field of " + measurement);
      }
    }
    fields.stream()
        .filter(field -> !known.contains(field))
        .forEach(field -> problems.add("field " + field + " is not in " + measurements));
    problems.addAll(unknownColumns(measurements, fields));
    all(OPTION).stream()
        .filter(option -> !OPTIONS.contains(option))
        .forEach(option -> problems.add("v." + option + " is nothing that Grafana fills in"));
    if (!text.contains("v.timeRangeStart") || !text.contains("v.timeRangeStop")) {
      problems.add("is not bound to the chosen time range");
    }
    return problems;
  }

  private List<String> unknownColumns(Set<String> measurements, Set<String> fields) {
    Set<String> known = new HashSet<>(STORE_COLUMNS);
    boolean alarms = measurements.contains(ALARM);
    known.addAll(alarms ? ALARM_TAGS : TELEMETRY_TAGS);
    if (text.contains("pivot(")) {
      known.addAll(fields);
    }
    for (Matcher made = MADE.matcher(text); made.find(); ) {
      Matcher names = Pattern.compile("(\\w+): \"?([\\w.]+)").matcher(made.group(1));
      while (names.find()) {
        known.add(names.group(1)); // of a map
        known.add(names.group(2)); // of a rename
      }
    }
    Set<String> used = all(COLUMN);
    for (Matcher list = COLUMN_LIST.matcher(text); list.find(); ) {
      for (Matcher name = QUOTED.matcher(list.group(1)); name.find(); ) {
        used.add(name.group(1));
      }
    }
    return used.stream()
        .filter(column -> !known.contains(column))
        .map(column -> "column " + column + " is no tag or field of " + measurements)
        .toList();
  }

  private static Set<String> fieldsOf(String measurement) {
    if (measurement.equals(ALARM)) {
      return ALARM_FIELDS;
    }
    Set<String> fields = new HashSet<>();
    Measurement known = Measurement.of(measurement);
    if (known == Measurement.RUN_CONFIG) {
      for (ConfigField field : ConfigField.values()) {
        fields.add(field.wireName());
      }
    } else if (known != null) {
      fields.addAll(Set.of("step", "nonfinite"));
      for (Signal signal : Signal.values()) {
        if (signal.measurement() == known) {
          fields.add(signal.wireName());
        }
      }
    }
    return fields;
  }

  private Set<String> all(Pattern pattern) {
    Set<String> found = new TreeSet<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
