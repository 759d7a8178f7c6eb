// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.rule.Condition;
import io.foreshock.predictors.rule.Span;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the user's own: an alarm where a condition holds for a while. Immutable.
 *
 * @param name unique; letters, digits, {@code _ . -}, not only dots, at most {@value #LONGEST_NAME}
 *     characters
 * @param signal field that it reads
 * @param measurement measurement of that field; null = where the contract has the signal, or any
 *     measurement for a field that is not of the contract
 * @param layer the only layer that it reads; null = each one for itself
 * @param condition what must hold
 * @param span how long it must hold without a break; for {@link Condition.ChangesBy} the stretch in
 *     which the change must happen
 * @param severity of its alarms
 * @param runs pattern of the names of the runs that it is for; {@code *} and {@code ?} stand for
 *     any characters and for one
 * @param tags if there are any, the run must have one of them
 * @param message what the alarm says first; may be empty
 */
public record Rule(
    String name,
    String signal,
    @Nullable String measurement,
    @Nullable String layer,
    Condition condition,
    Span span,
    Severity severity,
    String runs,
    List<String> tags,
    String message) {

  /** Longest name, characters. */
  public static final int LONGEST_NAME = 64;

  /** Longest message, characters. */
  public static final int LONGEST_MESSAGE = 1000;

  private static final Pattern NAME =
      Pattern.compile("(?!\\.+$)[A-Za-z0-9_.-]{1," + LONGEST_NAME + "}");

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException when a name or a text is empty or too long
   */
  public Rule {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name = '"
              + name
              + "': expected letters, digits, '_', '.' and '-', not only dots, at most "
              + LONGEST_NAME
              + " characters");
    }
    if (signal.isBlank()) {
      throw new IllegalArgumentException("signal is missing: expected the name of a field");
    }
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("runs = '': expected a pattern such as prod-*");
    }
    if (message.length() > LONGEST_MESSAGE) {
      throw new IllegalArgumentException(
          "message: expected at most " + LONGEST_MESSAGE + " characters");
    }
    tags = List.copyOf(tags);
  }

  /** Its condition in words, such as {@code above 3.0 for 20 steps}. */
  public String words() {
    return span.equals(Span.ONE_STEP) ? condition.toString() : condition + " for " + span;
  }

  /** Whether the rule is for a run with that name and these tags. */
  boolean isFor(String run, List<String> runTags) {
    return (runs.equals("*") || matches(runs, run))
        && (tags.isEmpty() || tags.stream().anyMatch(runTags::contains));
  }

  /** Whether the rule reads lines of that measurement. */
  public boolean reads(String lineMeasurement) {
    if (measurement != null) {
      return measurement.equals(lineMeasurement);
    }
    boolean ofStep = Signal.of(Measurement.TRAIN_STEP, signal) != null;
    boolean ofLayer = Signal.of(Measurement.TRAIN_LAYER, signal) != null;
    if (!ofStep && !ofLayer) {
      return true;
    }
    Measurement known = Measurement.ofSamples(lineMeasurement);
    return known == Measurement.TRAIN_STEP && ofStep || known == Measurement.TRAIN_LAYER && ofLayer;
  }

  /** Whether the rule reads lines of that layer; null = of none. */
  boolean readsLayer(@Nullable String lineLayer) {
    return layer == null || layer.equals(lineLayer);
  }

  /** Index of the field that it reads; -1 when the line has none that is a number. */
  int field(Point point) {
    int field = point.field(signal);
    return field >= 0 && point.text(field) == null ? field : -1;
  }

  private static boolean matches(String pattern, String name) {
    String regex =
        pattern
            .codePoints()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
  }
}
