// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static io.foreshock.predictors.telemetry.Measurement.EVALUATION;
import static io.foreshock.predictors.telemetry.Measurement.TRAIN_LAYER;
import static io.foreshock.predictors.telemetry.Measurement.TRAIN_STEP;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number that a training run reports, with its wire name, unit and definition.
 *
 * <p>{@code step} and {@code nonfinite} are not signals: they belong to every {@link Sample}.
 */
public enum Signal {
  LOSS("loss", TRAIN_STEP, "nats/token", "mean cross-entropy, without auxiliary terms"),
  LEARNING_RATE("learning_rate", TRAIN_STEP, "1", "learning rate at this step"),
  TOKENS("tokens", TRAIN_STEP, "tokens", "tokens seen so far"),
  BATCH("batch", TRAIN_STEP, "batches", "index of the data batch"),
  GRAD_NORM("grad_norm", TRAIN_STEP, "1", "global L2 norm of the gradient before clipping"),
  UPDATE_RMS("update_rms", TRAIN_STEP, "1", "RMS of m̂/(√v̂+ε) over all parameters"),
  PARAM_NORM("param_norm", TRAIN_STEP, "1", "global L2 norm of the parameters"),
  LOGIT_MEAN("logit_mean", TRAIN_STEP, "nats", "mean of the output logits in this batch"),
  LOGIT_MAX("logit_max", TRAIN_STEP, "nats", "largest output logit in this batch"),
  LOG_Z_MEAN(
      "log_z_mean", TRAIN_STEP, "nats", "mean over tokens of log Z, Z = Σ exp(output logit)"),
  LOG_Z_SQUARE_MEAN("log_z_square_mean", TRAIN_STEP, "nats²", "mean over tokens of (log Z)²"),
  STEP_SECONDS("step_seconds", TRAIN_STEP, "s", "wall time of the step"),
  SKIPPED(
      "skipped",
      TRAIN_STEP,
      "steps",
      "optimizer steps skipped since the last line, such as after an overflow"),
  LOSS_SCALE("loss_scale", TRAIN_STEP, "1", "dynamic scale of the loss in float16 training"),

  TOKENS_PER_SECOND("tokens_per_second", TRAIN_STEP, "tokens/s", "throughput"),
  MFU("mfu", TRAIN_STEP, "1", "model FLOPs utilization, 0…1"),
  UPDATE_CLIP_SHARE(
      "update_clip_share",
      TRAIN_STEP,
      "1",
      "share of the elements of gradient or update that the optimizer clipped, 0…1"),
  ROUTER_ENTROPY(
      "router_entropy", TRAIN_STEP, "nats", "mean entropy of the routing over experts, per token"),
  DROPPED_TOKEN_SHARE(
      "dropped_token_share", TRAIN_STEP, "1", "share of tokens that no expert had room for, 0…1"),
  EXPERT_MAX_VIOLATION(
      "expert_max_violation",
      TRAIN_STEP,
      "1",
      "load of the busiest expert / mean load of an expert − 1"),
  ROUTER_BIAS_RANGE(
      "router_bias_range", TRAIN_STEP, "1", "max − min of the bias that balances the experts"),
  POLICY_ENTROPY("policy_entropy", TRAIN_STEP, "nats/token", "entropy of the policy"),
  KL("kl", TRAIN_STEP, "nats/token", "divergence of the policy from its reference"),
  REWARD_MEAN("reward_mean", TRAIN_STEP, "1", "mean reward of the step's samples"),
  REWARD_STD(
      "reward_std", TRAIN_STEP, "1", "standard deviation of the rewards, mean over the groups"),
  ZERO_STD_SHARE(
      "zero_std_share", TRAIN_STEP, "1", "share of groups whose rewards are all equal, 0…1"),
  CLIP_SHARE("clip_share", TRAIN_STEP, "1", "share of probability ratios that were clipped, 0…1"),
  LOGPROB_DIFFERENCE_MEAN(
      "logprob_difference_mean",
      TRAIN_STEP,
      "nats",
      "mean difference of the log-probabilities of rollout and trainer"),
  LOGPROB_DIFFERENCE_MAX(
      "logprob_difference_max",
      TRAIN_STEP,
      "nats",
      "largest difference of the log-probabilities of rollout and trainer"),

  ATTENTION_LOGIT_MAX(
      "attention_logit_max",
      TRAIN_LAYER,
      "nats",
      "max over batch, heads and unmasked positions of q·k/√d_h"),
  ATTENTION_ENTROPY(
      "attention_entropy", TRAIN_LAYER, "nats", "mean over batch, heads and queries of −Σ a ln a"),
  GRAD_RMS("grad_rms", TRAIN_LAYER, "1", "RMS of the layer's gradient before clipping"),
  PARAM_RMS("param_rms", TRAIN_LAYER, "1", "RMS of the layer's parameters"),
  LAYER_UPDATE_RMS("update_rms", TRAIN_LAYER, "1", "RMS of m̂/(√v̂+ε) over the layer"),
  RMS_RATIO("rms_ratio", TRAIN_LAYER, "1", "StableAdamW's RMS_t = √mean(g²/max(v̂,ε²))"),
  UPDATE_ABS_GT_HALF(
      "update_abs_gt_half", TRAIN_LAYER, "1", "share of elements with |m̂/(√v̂+ε)| > 0.5"),
  OUTPUT_RMS("output_rms", TRAIN_LAYER, "1", "RMS of the block's output"),

  EVALUATION_LOSS("loss", EVALUATION, "1", "loss of an evaluation, or its perplexity");

  /** Number of signals; the length of a sample's value array. */
  public static final int COUNT = values().length;

  /** The signals that {@link #isAuxiliary}: bit i is that of ordinal i. */
  static final long AUXILIARY =
      Arrays.stream(values())
          .filter(Signal::isAuxiliary)
          .mapToLong(signal -> 1L << signal.ordinal())
          .sum();

  private static final Map<String, Signal> OF_STEP = byName(TRAIN_STEP);
  private static final Map<String, Signal> OF_LAYER = byName(TRAIN_LAYER);

  private final String wireName;
  private final Measurement measurement;
  private final String unit;
  private final String meaning;

  Signal(String wireName, Measurement measurement, String unit, String meaning) {
    this.wireName = wireName;
    this.measurement = measurement;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** Field name in the line protocol, unique within the measurement. */
  public String wireName() {
    return wireName;
  }

  /** The measurement that carries this signal. */
  public Measurement measurement() {
    return measurement;
  }

  /** Unit; {@code 1} where there is none. */
  public String unit() {
    return unit;
  }

  /** Definition in one line. */
  public String meaning() {
    return meaning;
  }

  /** True when the wire form is an integer. */
  public boolean integer() {
    return this == TOKENS || this == BATCH || this == SKIPPED;
  }

  /**
   * Whether the training does not depend on the signal: throughput, and statistics of experts and
   * of reinforcement learning. NaN in one of them says nothing about the weights.
   */
  public boolean isAuxiliary() {
    return ordinal() >= TOKENS_PER_SECOND.ordinal()
        && ordinal() <= LOGPROB_DIFFERENCE_MAX.ordinal();
  }

  /** Returns the signal of that field, or null when the field is no signal. */
  public static @Nullable Signal of(Measurement measurement, String fieldName) {
    return switch (measurement) {
      case TRAIN_STEP -> OF_STEP.get(fieldName);
      case TRAIN_LAYER -> OF_LAYER.get(fieldName);
      case EVALUATION -> Evaluations.isLoss(fieldName) ? EVALUATION_LOSS : null;
      case RUN_CONFIG -> null;
    };
  }

  private static Map<String, Signal> byName(Measurement measurement) {
    return Arrays.stream(values())
        .filter(signal -> signal.measurement == measurement)
        .collect(Collectors.toMap(Signal::wireName, signal -> signal));
  }
}
