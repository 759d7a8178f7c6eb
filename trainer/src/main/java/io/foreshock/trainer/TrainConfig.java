// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.VariantField;
import io.foreshock.trainer.disturbance.Disturbances;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.optimizer.ClipConfig;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import io.foreshock.trainer.optimizer.Schedule;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The configuration of a run, which determines all its numbers.
 *
 * @param run name of the run
 * @param seed seed of the weights and of the batches
 * @param batch sequences in a step
 * @param model shape of the model
 * @param optimizer the optimizer and its constants
 * @param schedule schedule of the learning rate
 * @param clip clipping of the gradient
 * @param attentionBits significant bits of the attention scores; 24 = float32
 * @param disturbances deliberate faults
 * @param endAfterNonfinite the run ends once the loss was not finite for this many steps in a row
 *     and the telemetry of the last one is sent; 0 = never
 * @param measuring what is measured
 */
public record TrainConfig(
    String run,
    long seed,
    int batch,
    GptConfig model,
    OptimizerConfig optimizer,
    Schedule schedule,
    ClipConfig clip,
    int attentionBits,
    Disturbances disturbances,
    long endAfterNonfinite,
    Measuring measuring) {

  /**
   * Defaults that are assumed for options that did not exist when an old checkpoint was written.
   */
  static final Map<String, String> EARLIER_DEFAULTS =
      Map.ofEntries(
          Map.entry("norm", "layernorm"),
          Map.entry("norm-position", "pre"),
          Map.entry("mlp", "gelu"),
          Map.entry("attention-bits", "24"),
          Map.entry("disturb", "[]"),
          Map.entry("linear", "float"),
          Map.entry("sigma-reparam", "false"),
          Map.entry("attention-kappa", "0.0"),
          Map.entry("mu-param", "none"),
          Map.entry("update-clipping", "false"),
          Map.entry("gradient-clip-rule", "norm"));

  /** Tokens in one optimizer step. */
  public long batchTokens() {
    return (long) batch * model.context();
  }

  /** The telemetry's {@code run_config}. */
  public RunConfig announcement() {
    ParameterLayout layout = new ParameterLayout(model);
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, ConfigField.PARAMETERS, layout.size());
    put(fields, ConfigField.PARAMETERS_NON_EMBEDDING, layout.sizeNonEmbedding());
    put(fields, ConfigField.LAYERS, (long) model.layers());
    put(fields, ConfigField.HEADS, (long) model.heads());
    put(fields, ConfigField.WIDTH, (long) model.width());
    put(fields, ConfigField.CONTEXT, (long) model.context());
    put(fields, ConfigField.VOCABULARY, (long) model.vocabulary());
    put(fields, ConfigField.BATCH_TOKENS, batchTokens());
    put(fields, ConfigField.LEARNING_RATE, optimizer.learningRate());
    put(fields, ConfigField.WARMUP_STEPS, schedule.warmupSteps());
    put(fields, ConfigField.TOTAL_STEPS, schedule.totalSteps());
    put(fields, ConfigField.SCHEDULE, lower(schedule.shape()));
    put(fields, ConfigField.OPTIMIZER, lower(optimizer.kind()));
    put(fields, ConfigField.ADAM_BETA1, optimizer.beta1());
    if (optimizer.kind() != OptimizerConfig.Kind.SGD) {
      put(fields, ConfigField.ADAM_BETA2, optimizer.beta2());
    }
    if (optimizer.kind() == OptimizerConfig.Kind.ADAMW) {
      put(fields, ConfigField.ADAM_EPSILON, optimizer.epsilon());
    }
    put(fields, ConfigField.WEIGHT_DECAY, optimizer.weightDecay());
    put(fields, ConfigField.GRADIENT_CLIP, clip.norm());
    put(fields, ConfigField.QK_LAYERNORM, model.qkLayernorm());
    put(fields, ConfigField.INDEPENDENT_WEIGHT_DECAY, optimizer.independentWeightDecay());
    put(fields, ConfigField.Z_LOSS_WEIGHT, model.zLossWeight());
    put(fields, ConfigField.FRAMEWORK, "djl");
    put(fields, ConfigField.PRECISION, "float32");
    fields.put("norm", lower(model.block().norm()));
    put(fields, VariantField.NORM_POSITION, lower(model.block().normPosition()));
    fields.put("mlp", lower(model.block().mlp()));
    fields.put("attention_bits", (long) attentionBits);
    put(fields, VariantField.LINEAR, lower(model.block().linear()));
    put(fields, VariantField.SIGMA_REPARAM, model.block().sigmaReparam());
    put(fields, VariantField.ATTENTION_KAPPA, model.attentionKappa());
    put(fields, VariantField.MU_PARAM, lower(model.muParam().kind()));
    if (model.muParam().kind() != MuParam.Kind.NONE) {
      fields.put("mu_base_width", (long) model.muParam().baseWidth());
    }
    fields.put("update_clipping", optimizer.updateClipping());
    fields.put("gradient_clip_rule", lower(clip.rule()));
    return new RunConfig(fields);
  }

  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static void put(Map<String, Object> fields, ConfigField field, Object value) {
    fields.put(field.wireName(), value);
  }

  private static void put(Map<String, Object> fields, VariantField field, Object value) {
    fields.put(field.wireName(), value);
  }

  /**
   * Returns the settings, by option name, that must be equal for a checkpoint to be continued.
   *
   * @param text identity of the training text
   */
  public Map<String, String> identity(String text) {
    Map<String, String> identity = new LinkedHashMap<>();
    announcement().fields().forEach((k, v) -> identity.put(k.replace('_', '-'), v.toString()));
    identity.put("positions", lower(model.positions()));
    identity.put("disturb", disturbances.list().toString());
    identity.put("batch", Integer.toString(batch));
    identity.put("seed", Long.toString(seed));
    identity.put("text", text);
    return identity;
  }
}
