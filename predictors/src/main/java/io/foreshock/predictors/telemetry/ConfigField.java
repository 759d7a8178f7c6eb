// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A field of {@code run_config}: its type and meaning. The wire name is the lower-case name. */
public enum ConfigField {
  PARAMETERS(Type.INTEGER, "trainable parameters, embedding and head included"),
  PARAMETERS_NON_EMBEDDING(Type.INTEGER, "trainable parameters without embedding and head"),
  LAYERS(Type.INTEGER, "transformer blocks"),
  HEADS(Type.INTEGER, "attention heads per block"),
  WIDTH(Type.INTEGER, "residual width"),
  CONTEXT(Type.INTEGER, "tokens per sequence"),
  VOCABULARY(Type.INTEGER, "distinct tokens"),
  BATCH_TOKENS(Type.INTEGER, "tokens in one optimizer step"),
  LEARNING_RATE(Type.FLOAT, "peak learning rate"),
  WARMUP_STEPS(Type.INTEGER, "steps of linear warm-up"),
  TOTAL_STEPS(Type.INTEGER, "planned optimizer steps"),
  SCHEDULE(Type.TEXT, "learning-rate schedule after the warm-up"),
  OPTIMIZER(Type.TEXT, "optimizer"),
  ADAM_BETA1(Type.FLOAT, "decay of the first moment"),
  ADAM_BETA2(Type.FLOAT, "decay of the second moment"),
  ADAM_EPSILON(Type.FLOAT, "ε in m̂/(√v̂+ε)"),
  WEIGHT_DECAY(Type.FLOAT, "weight decay"),
  GRADIENT_CLIP(Type.FLOAT, "largest global gradient norm; 0 = off"),
  QK_LAYERNORM(Type.BOOLEAN, "layer norm on queries and keys"),
  INDEPENDENT_WEIGHT_DECAY(Type.BOOLEAN, "weight decay not scaled by the learning rate"),
  Z_LOSS_WEIGHT(Type.FLOAT, "weight of (log Z)² in the objective; 0 = off"),
  FRAMEWORK(Type.TEXT, "training framework"),
  PRECISION(Type.TEXT, "floating-point format of the training"),
  OBJECTIVE(Type.TEXT, "what loss is: cross_entropy, preference, policy, regression or other"),
  LOSS_STEPS(Type.INTEGER, "optimizer steps of which each loss is the mean"),
  TAGS(Type.TEXT, "labels for routing and filtering, separated by commas"),
  NOTES(Type.TEXT, "free text about the run");

  /** Wire type of a field. */
  public enum Type {
    INTEGER,
    FLOAT,
    TEXT,
    BOOLEAN
  }

  private static final Map<String, ConfigField> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(ConfigField::wireName, field -> field));

  private final String wireName = name().toLowerCase(Locale.ROOT);
  private final Type type;
  private final String meaning;

  ConfigField(Type type, String meaning) {
    this.type = type;
    this.meaning = meaning;
  }

  /** Name in the line protocol; on the command line {@code _} becomes {@code -}. */
  public String wireName() {
    return wireName;
  }

  /** Wire type. */
  public Type type() {
    return type;
  }

  /** Definition in one line. */
  public String meaning() {
    return meaning;
  }

  /** Returns the field of that name, or null when the contract has none. */
  public static @Nullable ConfigField of(String wireName) {
    return BY_NAME.get(wireName);
  }
}
