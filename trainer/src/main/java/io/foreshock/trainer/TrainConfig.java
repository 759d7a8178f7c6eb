// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.optimizer.AdamWConfig;
import io.foreshock.trainer.optimizer.Schedule;
import io.foreshock.trainer.probe.StepProbe;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What determines a run's numbers.
 *
 * @param run name
 * @param seed of the weights and of the batches
 * @param batch sequences in a step
 * @param model shape
 * @param optimizer AdamW's constants
 * @param schedule of the learning rate
 * @param gradientClip largest global norm of the gradient; 0 = off
 * @param entropyEvery the attention's entropy is measured at steps divisible by this
 * @param statistics how much of each step is measured
 */
public record TrainConfig(
    String run,
    long seed,
    int batch,
    GptConfig model,
    AdamWConfig optimizer,
    Schedule schedule,
    double gradientClip,
    long entropyEvery,
    StepProbe.Scope statistics) {

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
    put(fields, ConfigField.SCHEDULE, schedule.shape().name().toLowerCase(Locale.ROOT));
    put(fields, ConfigField.OPTIMIZER, "adamw");
    put(fields, ConfigField.ADAM_BETA1, optimizer.beta1());
    put(fields, ConfigField.ADAM_BETA2, optimizer.beta2());
    put(fields, ConfigField.ADAM_EPSILON, optimizer.epsilon());
    put(fields, ConfigField.WEIGHT_DECAY, optimizer.weightDecay());
    put(fields, ConfigField.GRADIENT_CLIP, gradientClip);
    put(fields, ConfigField.QK_LAYERNORM, model.qkLayernorm());
    put(fields, ConfigField.INDEPENDENT_WEIGHT_DECAY, optimizer.independentWeightDecay());
    put(fields, ConfigField.Z_LOSS_WEIGHT, model.zLossWeight());
    put(fields, ConfigField.FRAMEWORK, "djl");
    put(fields, ConfigField.PRECISION, "float32");
    return new RunConfig(fields);
  }

  private static void put(Map<String, Object> fields, ConfigField field, Object value) {
    fields.put(field.wireName(), value);
  }

  /**
   * What must be equal for a checkpoint to be continued as the same run, by option name.
   *
   * @param text which text is trained on
   */
  public Map<String, String> identity(String text) {
    Map<String, String> identity = new LinkedHashMap<>();
    announcement().fields().forEach((k, v) -> identity.put(k.replace('_', '-'), v.toString()));
    identity.put("positions", model.positions().name().toLowerCase(Locale.ROOT));
    identity.put("batch", Integer.toString(batch));
    identity.put("seed", Long.toString(seed));
    identity.put("text", text);
    return identity;
  }
}
