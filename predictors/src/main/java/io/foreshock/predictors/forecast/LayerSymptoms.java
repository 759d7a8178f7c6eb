// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.Layers;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;

/**
 * The symptoms that layers show: of each one the worst layer's.
 *
 * <p>Attention, relative updates and outputs are those of transformer blocks, which are the layers
 * that have attention logits: an embedding's update relative to its parameters is another matter.
 */
final class LayerSymptoms {
  private static final Symptom[] SHOWN =
      Arrays.stream(Symptom.values())
          .filter(symptom -> symptom.scope() == Scope.LAYERS)
          .toArray(Symptom[]::new);

  private final Layers<Layer> layers = new Layers<>(Layer::new, Layer::exchange);
  private final String[] worst = new String[Symptom.COUNT];
  private boolean ready;

  void accept(Sample sample, double rate) {
    if (sample.head() != Sample.NO_HEAD) {
      return;
    }
    Layer layer = layers.of(sample);
    if (layer != null) {
      layer.name = sample.layer();
      layer.accept(sample, rate);
      ready |= layer.attention.ready();
    }
  }

  /** Whether attention logits are known. */
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

  /** The layer whose value counted when a symptom was last read; null when none did. */
  String worst(Symptom symptom) {
    return worst[symptom.ordinal()];
  }

  void exchange(State state) {
    layers.exchange(state);
    ready = state.flag(ready);
  }

  private static final class Layer {
    /** Not saved: its next line tells it. */
    private String name;

    private final Drift attention = new Drift();
    private final Drift entropy = new Drift();
    private final Drift relativeUpdate = new Drift();
    private final Drift rmsRatio = new Drift();
    private final Drift output = new Drift();
    private final Drift grad = new Drift();

    void accept(Sample sample, double rate) {
      attention.take(sample, Signal.ATTENTION_LOGIT_MAX);
      entropy.take(sample, Signal.ATTENTION_ENTROPY);
      rmsRatio.take(sample, Signal.RMS_RATIO);
      output.take(sample, Signal.OUTPUT_RMS);
      grad.take(sample, Signal.GRAD_RMS);
      double relative = rate * sample.get(Signal.LAYER_UPDATE_RMS) / sample.get(Signal.PARAM_RMS);
      if (Double.isFinite(relative)) {
        relativeUpdate.add(sample.step(), relative);
      }
    }

    void read(double[] values, double rateAhead, String[] worst) {
      if (attention.ready()) {
        raise(values, worst, Symptom.ATTENTION_LEVEL, attention.level());
        raise(values, worst, Symptom.ATTENTION_RISE, attention.rise());
        raise(values, worst, Symptom.ATTENTION_AHEAD, attention.ahead(Symptom.AHEAD_STEPS));
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

    void exchange(State state) {
      attention.exchange(state);
      entropy.exchange(state);
      relativeUpdate.exchange(state);
      rmsRatio.exchange(state);
      output.exchange(state);
      grad.exchange(state);
    }

    private void raise(double[] values, String[] worst, Symptom symptom, double value) {
      int i = symptom.ordinal();
      if (value > values[i]) { // which is at least the symptom's lowest
        values[i] = symptom.within(value);
        worst[i] = name;
      }
    }
  }
}
