// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.VariantField;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A configuration without size and learning rate: the settings in which runs must, or should, be
 * alike to be compared.
 *
 * <p><b>Kind.</b> Optimizer, qk-layernorm and the other settings that change how logits and losses
 * depend on the learning rate. Runs of another kind are not used. A setting that a run does not
 * announce is assumed to be usual: AdamW, and everything else off. All other settings that both
 * runs announce are compared and counted.
 */
final class Recipe {
  private static final Map<String, String> KIND = new LinkedHashMap<>();

  static {
    KIND.put(ConfigField.OPTIMIZER.wireName(), "adamw");
    KIND.put(ConfigField.QK_LAYERNORM.wireName(), "false");
    for (VariantField variant : VariantField.values()) {
      KIND.put(variant.wireName(), variant.usual());
    }
  }

  /** Settings that follow from size and learning rate, or change nothing. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          ConfigField.PARAMETERS.wireName(),
          ConfigField.PARAMETERS_NON_EMBEDDING.wireName(),
          ConfigField.LAYERS.wireName(),
          ConfigField.HEADS.wireName(),
          ConfigField.WIDTH.wireName(),
          ConfigField.LEARNING_RATE.wireName(),
          ConfigField.FRAMEWORK.wireName(),
          ConfigField.TAGS.wireName(),
          ConfigField.NOTES.wireName(),
          "seed",
          "commit",
          "host");

  /** Settings that change the loss at a step whatever the learning rate. */
  private static final Set<String> COURSE =
      Set.of(
          ConfigField.TOTAL_STEPS.wireName(),
          ConfigField.BATCH_TOKENS.wireName(),
          ConfigField.VOCABULARY.wireName(),
          ConfigField.SCHEDULE.wireName());

  private final RunConfig config;

  Recipe(RunConfig config) {
    this.config = config;
  }

  /** Whether runs of the two can be compared at all. */
  boolean sameKind(Recipe other) {
    return KIND.entrySet().stream()
        .allMatch(field -> kind(field.getKey()).equals(other.kind(field.getKey())));
  }

  /** Whether losses of the two at one step can be compared. */
  boolean sameCourse(Recipe other) {
    return Collections.disjoint(differences(other), COURSE);
  }

  /** Returns the names of the settings that both announce and that differ. */
  Set<String> differences(Recipe other) {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, Object> field : config.fields().entrySet()) {
      String name = field.getKey();
      Object theirs = other.config.fields().get(name);
      boolean compared = !NOT_COMPARED.contains(name) && !KIND.containsKey(name);
      if (compared && theirs != null && !same(field.getValue(), theirs)) {
        names.add(name);
      }
    }
    return names;
  }

  /** Describes the kind for a message, by the settings that are not usual. */
  String kind() {
    List<String> unusual =
        KIND.entrySet().stream()
            .filter(field -> !kind(field.getKey()).equals(field.getValue()))
            .map(field -> field.getKey() + " = " + kind(field.getKey()))
            .toList();
    return unusual.isEmpty() ? "adamw without qk-layernorm" : String.join(", ", unusual);
  }

  /** Returns the peak learning rate of a run that is known to announce it. */
  static double rate(RunSummary run) {
    return new Recipe(run.config()).learningRate().getAsDouble();
  }

  /** Parameters without embedding and head. */
  OptionalDouble parametersNonEmbedding() {
    return positive(ConfigField.PARAMETERS_NON_EMBEDDING);
  }

  /** All parameters. */
  OptionalDouble parameters() {
    return positive(ConfigField.PARAMETERS);
  }

  /** Peak learning rate. */
  OptionalDouble learningRate() {
    return positive(ConfigField.LEARNING_RATE);
  }

  OptionalDouble positive(ConfigField field) {
    OptionalDouble value = config.number(field);
    return value.isPresent() && value.getAsDouble() > 0 && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }

  /**
   * Checks a field if it was announced.
   *
   * @throws IllegalArgumentException when it is not above 0
   */
  void checkPositive(ConfigField field) {
    OptionalDouble value = config.number(field);
    if (value.isPresent() && !(value.getAsDouble() > 0 && Double.isFinite(value.getAsDouble()))) {
      throw new IllegalArgumentException(
          field.wireName() + " = " + value.getAsDouble() + ": expected a number above 0");
    }
  }

  private String kind(String name) {
    Object value = config.fields().get(name);
    if (value == null) {
      return KIND.getOrDefault(name, "");
    }
    return value instanceof Number number && number.doubleValue() == 0
        ? "0"
        : String.valueOf(value).toLowerCase(Locale.ROOT);
  }

  private static boolean same(Object a, Object b) {
    return a instanceof Number x && b instanceof Number y
        ? x.doubleValue() == y.doubleValue()
        : Objects.equals(a, b);
  }
}
