// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static io.foreshock.predictors.forecast.SignalGroup.LAYERS;
import static io.foreshock.predictors.forecast.SignalGroup.NORM;
import static io.foreshock.predictors.forecast.SignalGroup.RATE;
import static io.foreshock.predictors.forecast.SignalGroup.STEP;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of the forecast. Each has no unit, and higher is worse.
 *
 * <p><b>Definitions.</b> All are natural logarithms, so that they do not depend on the size of the
 * model, its batch or the scale of its optimizer. {@code RISE} is the change over a few dozen
 * samples, {@code LONG_RISE} over a few hundred, {@code ABOVE_LOWEST} the distance from the lowest,
 * {@code NOISE} the usual noise and {@code ROUGHNESS} the ratio of the newest noise to it, all as
 * {@link Drift} defines them; {@code AHEAD} is the level in {@value #AHEAD_STEPS} steps if the
 * newest slope lasts. {@code OVER_USUAL}: {@link UsualRate}. {@code RELATIVE_UPDATE}: learning rate
 * · RMS of the update / RMS of the parameters, of a block; {@code RMS_RATIO}: StableAdamW's RMS_t.
 * The worst layer counts. Values are limited to {@link #low} and {@link #high}, because beyond them
 * a symptom gives no more information.
 */
public enum Symptom {
  LOSS_ABOVE_LOWEST(null, 0, 0.5, "a loss above its lowest level"),
  LOSS_CLEARLY_ABOVE_LOWEST(null, 0, 5, "a loss clearly above its lowest level, noise considered"),
  LOSS_RISE(null, -0.1, 0.5, "a rising loss"),
  LOSS_LONG_RISE(null, -0.15, 0.3, "a loss that no longer falls"),
  LOSS_ROUGHNESS(null, -1, 2, "a loss rougher than usual"),

  NORM_ABOVE_LOWEST(NORM, 0, 3, "a gradient norm above its lowest level"),
  NORM_RISE(NORM, -0.5, 2, "a rising gradient norm"),
  NORM_LONG_RISE(NORM, -0.5, 2, "a gradient norm rising for long"),
  NORM_ROUGHNESS(NORM, -1, 2, "a gradient norm rougher than usual"),
  NORM_NOISE(NORM, -4, 0, "a noisy gradient norm"),

  RATE_RISE(RATE, 0, 3, "a rising learning rate"),
  RATE_AHEAD(RATE, -2, 3, "a learning rate about to rise further"),
  RATE_JUMP(RATE, 0, 3, "a jump of the learning rate"),
  RATE_SINCE_LOWEST(RATE, 0, 4, "a learning rate well above that of the lowest loss"),
  RATE_OVER_USUAL(RATE, 0, 5, "a learning rate above what such runs usually have"),
  PEAK_OVER_USUAL(
      RATE, 0, 5, "a planned peak of the learning rate above what such runs usually have"),
  RATE_TO_PEAK(RATE, 0, 4, "a warm-up with far to go"),

  UPDATE_RISE(STEP, -0.5, 2, "growing updates"),
  LOGIT_MAX_RISE(STEP, 0, 2, "growing output logits"),
  LOGIT_MAX_AHEAD(STEP, 1, 10, "output logits on their way up"),
  LOG_Z_RISE(STEP, 0, 2, "a growing log Z"),
  LOG_Z_AHEAD(STEP, 1, 10, "log Z on its way up"),

  ATTENTION_LEVEL(LAYERS, 2, 10, "large attention logits"),
  ATTENTION_RISE(LAYERS, 0, 3, "growing attention logits"),
  ATTENTION_AHEAD(LAYERS, 2, 14, "attention logits on their way up"),
  ENTROPY_LOW(LAYERS, -1, 7, "a low attention entropy"),
  ENTROPY_FALL(LAYERS, 0, 3, "a falling attention entropy"),
  ENTROPY_BELOW_HIGHEST(LAYERS, 0, 7, "an attention entropy far below its highest level"),
  RELATIVE_UPDATE(LAYERS, -6, -2, "steps that are large for a block's weights"),
  RELATIVE_UPDATE_RISE(LAYERS, 0, 3, "steps that grow for a block's weights"),
  RELATIVE_UPDATE_AHEAD(LAYERS, -6, -1, "steps about to be large for a block's weights"),
  RMS_RATIO(LAYERS, -1, 2, "gradients larger than the optimizer expects"),
  RMS_RATIO_RISE(LAYERS, 0, 2, "gradients growing faster than the optimizer learns"),
  OUTPUT_RISE(LAYERS, 0, 3, "a block's growing output"),
  OUTPUT_LONG_RISE(LAYERS, 0, 3, "a block's output growing for long"),
  GRAD_RISE(LAYERS, 0, 3, "a layer's growing gradient");

  /** Number of symptoms. */
  public static final int COUNT = values().length;

  /** Number of steps over which slopes are extrapolated; the horizon of the fit. */
  static final int AHEAD_STEPS = DivergenceModel.FITTED_HORIZON;

  private final @Nullable SignalGroup group;
  private final double low;
  private final double high;
  private final String meaning;

  Symptom(@Nullable SignalGroup group, double low, double high, String meaning) {
    this.group = group;
    this.low = low;
    this.high = high;
    this.meaning = meaning;
  }

  /** The signals that a run must send for this symptom beside its loss; null for none. */
  public @Nullable SignalGroup group() {
    return group;
  }

  /** Name in evidence and in the model's file. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Description for a message, for when the value is high. */
  public String meaning() {
    return meaning;
  }

  /** Smallest value: that of a healthy run, and of a symptom that is unknown. */
  public double low() {
    return low;
  }

  /** Largest value. */
  public double high() {
    return high;
  }

  /** Limits a value to the bounds; NaN becomes the lower one. */
  double within(double value) {
    return value > low ? Math.min(value, high) : low;
  }
}
