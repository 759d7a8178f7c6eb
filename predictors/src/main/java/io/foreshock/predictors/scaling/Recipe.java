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
 * A configuration without its size and learning rate: what must be alike for runs to tell anything
 * of each other, and what had better be.
 *
 * <p><b>Kind.</b> Optimizer, qk-layernorm and whatever else changes how logits and losses depend on
 * the rate: runs of another kind are no basis. What a run does not say is taken as the usual:
 * AdamW, and everything else off. All other settings that both runs tell are compared and counted.
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

  /** Follow from size and rate, or change nothing. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          ConfigField.PARAMETERS.wireName(),
          ConfigField.PARAMETERS_NON_EMBEDDING.wireName(),
          ConfigField.LAYERS.wireName(),
          ConfigField.HEADS.wireName(),
          ConfigField.WIDTH.wireName(),
          ConfigField.LEARNING_RATE.wireName(),
          ConfigField.FRAMEWORK.wireName(),
          "seed",
          "commit",
          "host");

  /** What makes losses at one step differ whatever the learning rate. */
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

  /** Whether losses of the two at one step can be held against each other. */
  boolean sameCourse(Recipe other) {
    return Collections.disjoint(differences(other), COURSE);
  }

  /** Settings that both tell and that differ, by name. */
  Set<String> differences(Recipe other) {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, Object> field : config.fields().entrySet()) {
      String name = field.getKey();
      Object theirs = other.config.fields().get(name);
      boolean compared = !NOT_COMPARED.contains(name) && !KIND.containsKey(name) && theirs != null;
      if (compared && !same(field.getValue(), theirs)) {
        names.add(name);
      }
    }
    return names;
  }

  /** What kind of run it is, for a message: what is not the usual. */
  String kind() {
    List<String> unusual =
        KIND.entrySet().stream()
            .filter(field -> !kind(field.getKey()).equals(field.getValue()))
            .map(field -> field.getKey() + " = " + kind(field.getKey()))
            .toList();
    return unusual.isEmpty() ? "adamw without qk-layernorm" : String.join(", ", unusual);
  }

  /** A run's peak learning rate, which it is known to tell. */
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
   * Checks a field that is told.
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
      return KIND.get(name);
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
