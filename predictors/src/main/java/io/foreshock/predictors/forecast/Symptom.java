// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import static io.foreshock.predictors.forecast.Scope.LAYERS;
import static io.foreshock.predictors.forecast.Scope.LOSS;
import static io.foreshock.predictors.forecast.Scope.NORM;
import static io.foreshock.predictors.forecast.Scope.RATE;
import static io.foreshock.predictors.forecast.Scope.STEP;

import java.util.Locale;

/**
 * What the forecast reads off a run, each with no unit and the higher the worse.
 *
 * <p>All are of natural logarithms, so that a model's size, its batch and its optimizer's scale
 * fall out. "Rise" is the change over some dozens of samples, "long rise" over some hundreds, both
 * as {@link Drift} defines them; "ahead" is the level in {@value #AHEAD_STEPS} steps should the
 * newest slope last. Of layers, the worst counts. Values are held within {@link #low} and {@link
 * #high}: beyond them a symptom says no more.
 */
public enum Symptom {
  LOSS_ABOVE_LOWEST(LOSS, 0, 0.5, "loss above its lowest level"),
  LOSS_CLEARLY_ABOVE_LOWEST(LOSS, 0, 5, "that in usual noises"),
  LOSS_RISE(LOSS, -0.1, 0.5, "rise of the loss"),
  LOSS_LONG_RISE(LOSS, -0.15, 0.3, "long rise of the loss"),
  LOSS_ROUGHNESS(LOSS, -1, 2, "the loss's newest noise over its usual one"),

  NORM_ABOVE_LOWEST(NORM, 0, 3, "gradient norm above its lowest level"),
  NORM_RISE(NORM, -0.5, 2, "rise of the gradient norm"),
  NORM_LONG_RISE(NORM, -0.5, 2, "long rise of the gradient norm"),
  NORM_ROUGHNESS(NORM, -1, 2, "the gradient norm's newest noise over its usual one"),
  NORM_NOISE(NORM, -4, 0, "noise of the gradient norm"),

  RATE_RISE(RATE, 0, 3, "rise of the learning rate"),
  RATE_AHEAD(RATE, -2, 3, "growth of the learning rate to come, in a straight line"),
  RATE_JUMP(RATE, 0, 3, "growth of the learning rate in the newest step"),
  RATE_SINCE_LOWEST(RATE, 0, 4, "growth of the learning rate since the loss was lowest"),
  RATE_OVER_USUAL(RATE, 0, 5, "learning rate over the usual one of such a run"),
  PEAK_OVER_USUAL(RATE, 0, 5, "announced peak of the learning rate over the usual one"),
  RATE_TO_PEAK(RATE, 0, 4, "growth of the learning rate that the warm-up still announces"),

  UPDATE_RISE(STEP, -0.5, 2, "rise of the update's RMS"),
  LOGIT_MAX_RISE(STEP, 0, 2, "rise of the largest output logit"),
  LOGIT_MAX_AHEAD(STEP, 1, 10, "largest output logit ahead"),
  LOG_Z_RISE(STEP, 0, 2, "rise of (log Z)²"),
  LOG_Z_AHEAD(STEP, 1, 10, "(log Z)² ahead"),

  ATTENTION_LEVEL(LAYERS, 2, 10, "largest attention logit"),
  ATTENTION_RISE(LAYERS, 0, 3, "rise of the largest attention logit"),
  ATTENTION_AHEAD(LAYERS, 2, 14, "largest attention logit ahead"),
  ENTROPY_LOW(LAYERS, -1, 7, "attention entropy below one nat"),
  ENTROPY_FALL(LAYERS, 0, 3, "fall of the attention entropy"),
  ENTROPY_BELOW_HIGHEST(LAYERS, 0, 7, "attention entropy below its highest level"),
  RELATIVE_UPDATE(LAYERS, -6, -2, "a block's update, rate included, relative to its parameters"),
  RELATIVE_UPDATE_RISE(LAYERS, 0, 3, "rise of that"),
  RELATIVE_UPDATE_AHEAD(LAYERS, -6, -1, "that with the learning rate ahead"),
  RMS_RATIO(LAYERS, -1, 2, "StableAdamW's RMS_t"),
  RMS_RATIO_RISE(LAYERS, 0, 2, "rise of that"),
  OUTPUT_RISE(LAYERS, 0, 3, "rise of a block's output"),
  OUTPUT_LONG_RISE(LAYERS, 0, 3, "long rise of a block's output"),
  GRAD_RISE(LAYERS, 0, 3, "rise of a layer's gradient");

  /** How many there are. */
  public static final int COUNT = values().length;

  /** How far ahead slopes are drawn out, steps. */
  static final int AHEAD_STEPS = 200;

  private final Scope scope;
  private final double low;
  private final double high;
  private final String meaning;

  Symptom(Scope scope, double low, double high, String meaning) {
    this.scope = scope;
    this.low = low;
    this.high = high;
    this.meaning = meaning;
  }

  /** What must be told of a run to know it. */
  public Scope scope() {
    return scope;
  }

  /** Name in evidence and in the model's file. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Definition in a few words. */
  public String meaning() {
    return meaning;
  }

  /** Smallest value: that of health, and of a symptom that cannot be known. */
  public double low() {
    return low;
  }

  /** Largest value. */
  public double high() {
    return high;
  }

  /** A value held within the bounds; NaN becomes the lower one. */
  double within(double value) {
    return value > low ? Math.min(value, high) : low;
  }
}
