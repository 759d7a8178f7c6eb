// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The symptoms of layers: for each symptom the value of the worst layer.
 *
 * <p>Relative updates and outputs are read from transformer blocks only, because those of an
 * embedding are not comparable.
 */
final class LayerSymptoms {
  private static final Symptom[] SHOWN =
      Arrays.stream(Symptom.values())
          .filter(symptom -> symptom.group() == SignalGroup.LAYERS)
          .toArray(Symptom[]::new);

  private final Layers<Layer> layers = new Layers<>(Layer::new, Layer::exchange);
  private final @Nullable String[] worst = new String[Symptom.COUNT];
  private boolean ready;

  void accept(Sample sample, double rate) {
    if (sample.head() != Sample.NO_HEAD) {
      return;
    }
    Layer layer = layers.of(sample);
    if (layer != null) {
      layer.name = sample.layer();
      layer.accept(sample, rate);
      ready |= layer.ready();
    }
  }

  /** Whether any signal of a layer is known. */
  boolean ready() {
    return ready;
  }

  void read(double[] values, double rateAhead) {
    for (Symptom symptom : SHOWN) {
      values[symptom.ordinal()] = symptom.low();
      worst[symptom.ordinal()] = null;
    }
    layers.forEach(layer -> layer.read(values, rateAhead, worst));
  }

  /**
   * Returns the layer whose value counted when a symptom was last read; null when there was none.
   */
  @Nullable String worst(Symptom symptom) {
    return worst[symptom.ordinal()];
  }

  void exchange(State state) {
    layers.exchange(state);
    ready = state.flag(ready);
  }

  private static final class Layer {
    /** Not saved, because the layer's next line sets it. */
    private @Nullable String name;

    private final Drift attention = new Drift();
    private final Drift entropy = new Drift();
    private final Drift relativeUpdate = new Drift();
    private final Drift rmsRatio = new Drift();
    private final Drift output = new Drift();
    private final Drift grad = new Drift();

    void accept(Sample sample, double rate) {
      attention.add(sample, Signal.ATTENTION_LOGIT_MAX);
      entropy.add(sample, Signal.ATTENTION_ENTROPY);
      rmsRatio.add(sample, Signal.RMS_RATIO);
      output.add(sample, Signal.OUTPUT_RMS);
      grad.add(sample, Signal.GRAD_RMS);
      double relative = rate * sample.get(Signal.LAYER_UPDATE_RMS) / sample.get(Signal.PARAM_RMS);
      if (Double.isFinite(relative)) {
        relativeUpdate.add(sample.step(), relative);
      }
    }

    boolean ready() {
      return attention.ready()
          || entropy.ready()
          || relativeUpdate.ready()
          || rmsRatio.ready()
          || output.ready()
          || grad.ready();
    }

    void read(double[] values, double rateAhead, @Nullable String[] worst) {
      if (attention.ready()) {
        raise(values, worst, Symptom.ATTENTION_LEVEL, attention.level());
        raise(values, worst, Symptom.ATTENTION_RISE, attention.rise());
        raise(values, worst, Symptom.ATTENTION_AHEAD, attention.ahead(Symptom.AHEAD_STEPS));
      }
      if (isBlock()) {
        raise(values, worst, Symptom.OUTPUT_RISE, output.rise());
        raise(values, worst, Symptom.OUTPUT_LONG_RISE, output.longRise());
        if (relativeUpdate.ready()) {
          raise(values, worst, Symptom.RELATIVE_UPDATE, relativeUpdate.level());
          raise(values, worst, Symptom.RELATIVE_UPDATE_RISE, relativeUpdate.rise());
          raise(values, worst, Symptom.RELATIVE_UPDATE_AHEAD, relativeUpdate.level() + rateAhead);
        }
      }
      if (entropy.ready()) {
        raise(values, worst, Symptom.ENTROPY_LOW, -entropy.level());
        raise(values, worst, Symptom.ENTROPY_FALL, -entropy.rise());
        raise(values, worst, Symptom.ENTROPY_BELOW_HIGHEST, entropy.belowHighest());
      }
      if (rmsRatio.ready()) {
        raise(values, worst, Symptom.RMS_RATIO, rmsRatio.level());
        raise(values, worst, Symptom.RMS_RATIO_RISE, rmsRatio.rise());
      }
      raise(values, worst, Symptom.GRAD_RISE, grad.rise());
    }

    /** A transformer block: a number, unlike {@code embedding} and {@code head}. */
    private boolean isBlock() {
      return name != null && !name.isEmpty() && Character.isDigit(name.charAt(0));
    }

    void exchange(State state) {
      attention.exchange(state);
      entropy.exchange(state);
      relativeUpdate.exchange(state);
      rmsRatio.exchange(state);
      output.exchange(state);
      grad.exchange(state);
    }

    private void raise(double[] values, @Nullable String[] worst, Symptom symptom, double value) {
      int i = symptom.ordinal();
      if (value > values[i]) { // which is at least the symptom's lowest
        values[i] = symptom.within(value);
        worst[i] = name;
      }
    }
  }
}
