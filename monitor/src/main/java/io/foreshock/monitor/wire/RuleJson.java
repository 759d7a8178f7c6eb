// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.rule.Condition;
import io.foreshock.predictors.rule.Span;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the user's own, in the form that the configuration, the API and files of rules share.
 *
 * <pre>
 * name: hot                 # letters, digits, _ . -
 * signal: temperature       # a field; names of other tools are understood
 * measurement: gpu          # where the field is; default: where the contract has it, or anywhere
 * layer: "3"                # default: every layer for itself
 * above: 85                 # or below: 85, outside: 6 (deviations), changes_by: 0.5, changes_by: 20%
 * for: 10 minutes           # or 20 steps; default 1 step
 * severity: warning         # or info, critical
 * runs: prod-*              # default: *
 * tags: [prod]              # the run must have one of them; default: none
 * message: GPU too hot.
 * </pre>
 */
public final class RuleJson {
  private static final List<String> CONDITIONS = List.of("above", "below", "outside", "changes_by");
  private static final List<String> KEYS =
      List.of(
          "name",
          "signal",
          "measurement",
          "layer",
          "above",
          "below",
          "outside",
          "changes_by",
          "for",
          "severity",
          "runs",
          "tags",
          "message");

  private RuleJson() {}

  /**
   * Reads a rule.
   *
   * @param names gives the signal its name in the contract, if it has one
   * @throws IllegalArgumentException when it is none; the message lists all problems
   */
  public static Rule read(JsonNode json, NameTable names) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("expected an object with name, signal and a condition");
    }
    List<String> problems = new ArrayList<>();
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                problems.add(key + ": unknown key, expected one of " + String.join(", ", KEYS));
              }
            });
    String name = text(json, "name", "", problems);
    String measurement = text(json, "measurement", null, problems);
    String signal = signal(text(json, "signal", "", problems), measurement, names);
    Condition condition = condition(json, problems);
    Span span = span(json, problems);
    Severity severity = severity(json, problems);
    List<String> tags = tags(json, problems);
    String layer = text(json, "layer", null, problems);
    String runs = text(json, "runs", "*", problems);
    String message = text(json, "message", "", problems);
    Rule rule = null;
    try {
      rule =
          new Rule(
              Objects.requireNonNull(name),
              Objects.requireNonNull(signal),
              measurement,
              layer,
              condition == null ? new Condition.Above(0) : condition,
              span,
              severity,
              Objects.requireNonNull(runs),
              tags,
              Objects.requireNonNull(message));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
    if (rule == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return rule;
  }

  /**
   * Reads several rules.
   *
   * @param json a list of them, or an object that has it as {@code rules}
   * @throws IllegalArgumentException when one is none, or two have the same name
   */
  public static List<Rule> readAll(JsonNode json, NameTable names) {
    JsonNode list = json.isObject() ? json.path("rules") : json;
    if (!list.isArray()) {
      throw new IllegalArgumentException("expected a list of rules, or rules: with a list");
    }
    List<Rule> rules = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (int i = 0; i < list.size(); i++) {
      try {
        rules.add(read(list.get(i), names));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("rules[" + i + "]: " + e.getMessage(), e);
      }
      if (!seen.add(rules.get(i).name())) {
        throw new IllegalArgumentException("rules: two are named '" + rules.get(i).name() + "'");
      }
    }
    return rules;
  }

  /** The rule as {@link #read} reads it; what is the default is left out, except the severity. */
  public static ObjectNode of(Rule rule) {
    ObjectNode json = Json.object().put("name", rule.name()).put("signal", rule.signal());
    if (rule.measurement() != null) {
      json.put("measurement", rule.measurement());
    }
    if (rule.layer() != null) {
      json.put("layer", rule.layer());
    }
    if (rule.condition() instanceof Condition.Above above) {
      json.put("above", above.limit());
    } else if (rule.condition() instanceof Condition.Below below) {
      json.put("below", below.limit());
    } else if (rule.condition() instanceof Condition.Outside outside) {
      json.put("outside", outside.deviations());
    } else if (rule.condition() instanceof Condition.ChangesBy change && change.relative()) {
      json.put("changes_by", 100 * change.amount() + "%");
    } else {
      json.put("changes_by", rule.condition().threshold());
    }
    json.put("for", rule.span().toString()).put("severity", rule.severity().wireName());
    if (!rule.runs().equals("*")) {
      json.put("runs", rule.runs());
    }
    if (!rule.tags().isEmpty()) {
      rule.tags().forEach(json.putArray("tags")::add);
    }
    if (!rule.message().isEmpty()) {
      json.put("message", rule.message());
    }
    return json;
  }

  /** Only fields of steps are stored under the contract's names. */
  private static @Nullable String signal(
      @Nullable String signal, @Nullable String measurement, NameTable names) {
    boolean ofStep =
        measurement == null || Measurement.ofSamples(measurement) == Measurement.TRAIN_STEP;
    String known = signal == null || !ofStep ? null : names.translated(signal);
    return known == null ? signal : known;
  }

  private static @Nullable Condition condition(JsonNode json, List<String> problems) {
    List<String> given = CONDITIONS.stream().filter(json::hasNonNull).toList();
    if (given.size() != 1) {
      problems.add(
          (given.isEmpty() ? "the condition is missing" : String.join(", ", given))
              + ": expected one of "
              + String.join(", ", CONDITIONS));
      return null;
    }
    String key = given.get(0);
    JsonNode value = json.get(key);
    String text = value.asText().strip();
    boolean share = key.equals("changes_by") && text.endsWith("%");
    double number = number(share ? text.substring(0, text.length() - 1).strip() : text);
    if (Double.isNaN(number) || !value.isValueNode()) {
      problems.add(key + " = " + value + ": expected a number");
      return null;
    }
    try {
      return switch (key) {
        case "above" -> new Condition.Above(number);
        case "below" -> new Condition.Below(number);
        case "outside" -> new Condition.Outside(number);
        default -> new Condition.ChangesBy(share ? number / 100 : number, share);
      };
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static Span span(JsonNode json, List<String> problems) {
    if (!json.hasNonNull("for")) {
      return Span.ONE_STEP;
    }
    try {
      return Span.parse(json.get("for").asText());
    } catch (IllegalArgumentException e) {
      problems.add("for = " + e.getMessage());
      return Span.ONE_STEP;
    }
  }

  private static Severity severity(JsonNode json, List<String> problems) {
    String given = json.path("severity").asText("warning").toLowerCase(Locale.ROOT);
    for (Severity severity : Severity.values()) {
      if (severity.wireName().equals(given)) {
        return severity;
      }
    }
    problems.add("severity = '" + given + "': expected info, warning or critical");
    return Severity.WARNING;
  }

  private static List<String> tags(JsonNode json, List<String> problems) {
    JsonNode value = json.path("tags");
    List<String> tags = new ArrayList<>();
    if (value.isTextual()) {
      tags.add(value.asText());
    } else if (value.isArray()) {
      value.forEach(tag -> tags.add(tag.asText()));
    } else if (json.hasNonNull("tags")) {
      problems.add("tags = " + value + ": expected a list of texts");
    }
    return tags;
  }

  private static @Nullable String text(
      JsonNode json, String key, @Nullable String fallback, List<String> problems) {
    JsonNode value = json.path(key);
    if (value.isContainerNode()) {
      problems.add(key + " = " + value + ": expected text");
      return fallback;
    }
    return json.hasNonNull(key) ? value.asText() : fallback;
  }
}
