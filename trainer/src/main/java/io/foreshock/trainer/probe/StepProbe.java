// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.trainer.model.LogitTap;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.optimizer.UpdateTap;
import io.foreshock.trainer.probe.Readings.Arrived;
import io.foreshock.trainer.probe.Readings.Reading;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures one step: all signals of the telemetry contract, for the step and each layer.
 *
 * <p><b>Order of a step.</b> {@link #begin}, then the model and the optimizer pass their tensors to
 * the taps, and the loop calls {@link #gradient}; then {@link #read}.
 *
 * <p><b>Edges.</b> A sum of squares over a layer with a non-finite gradient is not finite. Only
 * then are the elements counted, in one more pass and transfer. Squares outside of the range of
 * float32 (elements above 1e19) make the RMS non-finite although the elements are not. Masked
 * positions are far below every score and are never the maximum.
 *
 * <p><b>Threads.</b> For the training thread only. <b>Cost.</b> Sums of squares are dot products:
 * the memory is read once, and nothing is written.
 */
public final class StepProbe implements LogitTap, UpdateTap {

  /** What is measured. */
  public enum Scope {
    /** Everything in the contract. */
    ALL,
    /** Only the loss and the norms of gradient and parameters, to show what the rest costs. */
    LOSS
  }

  private final ParameterLayout layout;
  private final long entropyEvery;
  private final Scope scope;
  private final Readings readings = new Readings();
  private @Nullable NDManager manager;
  private @Nullable NDList gradients;
  private boolean entropyDue;
  private boolean reported;

  /**
   * A probe for models of this layout.
   *
   * @param entropyEvery attention entropy is measured at steps divisible by this, at least 1,
   *     because it costs more than all other statistics together
   */
  public StepProbe(ParameterLayout layout, long entropyEvery, Scope scope) {
    this.scope = scope;
    this.layout = layout;
    this.entropyEvery = entropyEvery;
  }

  /**
   * Starts a step, from 1.
   *
   * @param reported whether telemetry of the step is sent; otherwise only the loss is measured
   * @param manager manager of the step
   */
  public void begin(long step, boolean reported, NDManager manager) {
    this.manager = manager;
    this.reported = reported;
    entropyDue = step % entropyEvery == 0;
    readings.clear();
  }

  private boolean lossOnly() {
    return scope == Scope.LOSS || !reported;
  }

  @Override
  public void attention(int block, NDArray scores, NDArray weights) {
    if (lossOnly()) {
      return;
    }
    int layer = ParameterLayout.layerOfBlock(block);
    add(layer, Signal.ATTENTION_LOGIT_MAX, scores.stopGradient().max());
    if (entropyDue) {
      double queries = weights.size() / (double) weights.getShape().get(2);
      NDArray shares = weights.stopGradient().reshape(-1);
      try (NDArray positive = shares.maximum(Float.MIN_NORMAL); // 0 · log 0 is 0 and not NaN
          NDArray logs = positive.log()) { // several times as fast as the exact xlogy
        add(layer, Signal.ATTENTION_ENTROPY, shares.dot(logs), -1 / queries, false);
      }
    }
  }

  @Override
  public void output(int layer, NDArray output) {
    if (lossOnly()) {
      return;
    }
    NDArray flat = output.stopGradient().reshape(-1);
    add(layer, Signal.OUTPUT_RMS, flat.dot(flat), 1.0 / flat.size(), true);
  }

  @Override
  public void head(NDArray logits, NDArray logZ, NDArray loss) {
    NDArray y = logits.stopGradient();
    NDArray z = logZ.stopGradient().reshape(-1);
    add(Readings.WHOLE_STEP, Signal.LOSS, loss.stopGradient());
    if (lossOnly()) {
      return;
    }
    add(Readings.WHOLE_STEP, Signal.LOGIT_MAX, y.max());
    add(Readings.WHOLE_STEP, Signal.LOGIT_MEAN, y.mean());
    add(Readings.WHOLE_STEP, Signal.LOG_Z_MEAN, z.mean());
    add(Readings.WHOLE_STEP, Signal.LOG_Z_SQUARE_MEAN, z.dot(z), 1.0 / z.size(), false);
  }

  /**
   * Measures the gradient before clipping and the parameters before the update.
   *
   * @param gradient flat
   * @param parameters flat
   * @return ‖gradient‖², a scalar
   */
  public NDArray gradient(NDArray gradient, NDArray parameters) {
    NDList layerGradients = layers(gradient);
    gradients = layerGradients;
    NDArray total = layerGradients.get(0).dot(layerGradients.get(0));
    for (int layer = 0; layer < layerGradients.size(); layer++) {
      NDArray g = layerGradients.get(layer);
      NDArray square = layer == 0 ? total : g.dot(g);
      total = layer == 0 ? total : total.add(square);
      if (reported) {
        addRms(layer, Signal.GRAD_RMS, square, 1);
      }
    }
    if (reported) {
      NDList parameterLayers = layers(parameters.stopGradient());
      for (int layer = 0; layer < parameterLayers.size(); layer++) {
        NDArray p = parameterLayers.get(layer);
        addRms(layer, Signal.PARAM_RMS, p.dot(p), 1);
      }
    }
    return total;
  }

  @Override
  public void direction(int layer, NDArray direction, double scale) {
    if (!lossOnly()) {
      addRms(layer, Signal.LAYER_UPDATE_RMS, direction.dot(direction), scale);
    }
  }

  @Override
  public void adaptive(
      int layer, NDArray direction, double directionScale, NDArray surprise, double surpriseScale) {
    if (lossOnly()) {
      return;
    }
    addRms(layer, Signal.RMS_RATIO, surprise.dot(surprise), surpriseScale);
    // rounds to 0 exactly where |m̂/(√v̂+ε)| ≤ 0.5, since halves round to even
    NDArray large = direction.mul((float) directionScale).round().signi();
    double elements = layout.layers().get(layer).size();
    add(layer, Signal.UPDATE_ABS_GT_HALF, large.dot(large), 1 / elements, false);
  }

  /** Ends the step: transfers the statistics and names them. */
  public StepStatistics read(long step, long timeNanos) {
    Sample whole = Sample.ofStep(step, timeNanos);
    List<Sample> layers = new ArrayList<>();
    for (ParameterLayout.Layer layer : layout.layers()) {
      layers.add(Sample.ofLayer(layer.label(), Sample.NO_HEAD, step, timeNanos));
    }
    double gradSquare = 0;
    double paramSquare = 0;
    double updateSquare = 0;
    for (Arrived arrived : readings.read(manager())) {
      int layer = arrived.reading().layer();
      Signal signal = arrived.reading().signal();
      double value = arrived.value();
      (layer == Readings.WHOLE_STEP ? whole : layers.get(layer)).set(signal, value);
      switch (signal) {
        case GRAD_RMS -> gradSquare += square(value, layer);
        case PARAM_RMS -> paramSquare += square(value, layer);
        case LAYER_UPDATE_RMS -> updateSquare += square(value, layer);
        default -> {}
      }
    }
    if (!reported) {
      return new StepStatistics(whole, List.of());
    }
    whole.set(Signal.GRAD_NORM, Math.sqrt(gradSquare));
    whole.set(Signal.PARAM_NORM, Math.sqrt(paramSquare));
    whole.set(Signal.UPDATE_RMS, Math.sqrt(updateSquare / layout.size()));
    if (!Double.isFinite(gradSquare)) {
      countNonfinite(whole, layers);
    }
    return new StepStatistics(whole, layers);
  }

  private double square(double rms, int layer) {
    return rms * rms * layout.layers().get(layer).size();
  }

  private void countNonfinite(Sample whole, List<Sample> layers) {
    if (gradients == null) {
      throw new IllegalStateException("no gradient was measured");
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      NDArray g = gradients.get(layer);
      NDArray broken = g.isNaN().logicalOr(g.isInfinite()).toType(DataType.INT64, false);
      long count = broken.sum().getLong();
      layers.get(layer).addNonfinite(count);
      whole.addNonfinite(count);
    }
  }

  private NDManager manager() {
    if (manager == null) {
      throw new IllegalStateException("no step was begun");
    }
    return manager;
  }

  private NDList layers(NDArray flat) {
    flat.attach(manager());
    return flat.split(
        layout.layers().stream().skip(1).mapToLong(ParameterLayout.Layer::offset).toArray());
  }

  private void addRms(int layer, Signal signal, NDArray square, double scale) {
    add(layer, signal, square, scale * scale / layout.layers().get(layer).size(), true);
  }

  private void add(int layer, Signal signal, NDArray scalar) {
    add(layer, signal, scalar, 1, false);
  }

  private void add(int layer, Signal signal, NDArray scalar, double scale, boolean root) {
    NDManager step = manager();
    if (scalar.getManager() != step) {
      scalar.attach(step); // outlives the optimizer's scratch memory
    }
    readings.add(new Reading(layer, signal, scale, root), scalar);
  }
}
