// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The symptoms that layers show: of each one the worst layer's.
 *
 * <p>Attention, relative updates and outputs are those of transformer blocks, which are the layers
 * that have attention logits: an embedding's update relative to its parameters is another matter.
 *
 * <p><b>Edges.</b> Layers beyond {@value #MAX_LAYERS} are not followed.
 */
final class LayerSymptoms {
  private static final int MAX_LAYERS = 256;
  private static final Symptom[] SHOWN =
      Arrays.stream(Symptom.values())
          .filter(symptom -> symptom.scope() == Scope.LAYERS)
          .toArray(Symptom[]::new);

  private final Map<String, Layer> byName = new LinkedHashMap<>();

  void accept(Sample sample, double rate) {
    if (sample.head() != Sample.NO_HEAD) {
      return;
    }
    Layer layer = byName.get(sample.layer());
    if (layer == null) {
      if (byName.size() == MAX_LAYERS) {
        return;
      }
      layer = new Layer();
      byName.put(sample.layer(), layer);
    }
    layer.accept(sample, rate);
  }

  /** Whether attention logits are known. */
  boolean ready() {
    for (Layer layer : byName.values()) {
      if (layer.attention.ready()) {
        return true;
      }
    }
    return false;
  }

  void read(double[] values, double rateAhead) {
    for (Symptom symptom : SHOWN) {
      values[symptom.ordinal()] = symptom.low();
    }
    for (Layer layer : byName.values()) {
      layer.read(values, rateAhead);
    }
  }

  void exchange(State state) {
    int count = (int) state.integer(byName.size());
    if (state.restoring()) {
      byName.clear();
      for (int i = 0; i < count; i++) {
        Layer layer = new Layer();
        byName.put(state.text(null), layer);
        layer.exchange(state);
      }
      return;
    }
    byName.forEach(
        (name, layer) -> {
          state.text(name);
          layer.exchange(state);
        });
  }

  private static final class Layer {
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

    void read(double[] values, double rateAhead) {
      if (attention.ready()) {
        raise(values, Symptom.ATTENTION_LEVEL, attention.level());
        raise(values, Symptom.ATTENTION_RISE, attention.rise());
        raise(values, Symptom.ATTENTION_AHEAD, attention.ahead(Symptom.AHEAD_STEPS));
        raise(values, Symptom.OUTPUT_RISE, output.rise());
        raise(values, Symptom.OUTPUT_LONG_RISE, output.longRise());
        if (relativeUpdate.ready()) {
          raise(values, Symptom.RELATIVE_UPDATE, relativeUpdate.level());
          raise(values, Symptom.RELATIVE_UPDATE_RISE, relativeUpdate.rise());
          raise(values, Symptom.RELATIVE_UPDATE_AHEAD, relativeUpdate.level() + rateAhead);
        }
      }
      if (entropy.ready()) {
        raise(values, Symptom.ENTROPY_LOW, -entropy.level());
        raise(values, Symptom.ENTROPY_FALL, -entropy.rise());
        raise(values, Symptom.ENTROPY_BELOW_HIGHEST, entropy.belowHighest());
      }
      if (rmsRatio.ready()) {
        raise(values, Symptom.RMS_RATIO, rmsRatio.level());
        raise(values, Symptom.RMS_RATIO_RISE, rmsRatio.rise());
      }
      raise(values, Symptom.GRAD_RISE, grad.rise());
    }

    void exchange(State state) {
      attention.exchange(state);
      entropy.exchange(state);
      relativeUpdate.exchange(state);
      rmsRatio.exchange(state);
      output.exchange(state);
      grad.exchange(state);
    }

    private static void raise(double[] values, Symptom symptom, double value) {
      int i = symptom.ordinal();
      values[i] = Math.max(values[i], symptom.within(value));
    }
  }
}
