// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer with an untied head and without biases (Wortsman et al. 2023, section
 * 2.1 and appendix A); {@link BlockStyle} names the parts of its blocks.
 *
 * <p>It holds constants, the precision of its scores and the state of its linear layers; the
 * parameters are passed with each call. <b>Threads.</b> For the training thread only.
 */
public final class Gpt {
  private final GptConfig config;
  private final ParameterLayout layout;
  private final LinearLayers linear;
  private final Attention attention;
  private final Normalization normalization;
  private final @Nullable NDArray positionRows;
  private final NDArray zLossWeight;

  /**
   * Builds the constants.
   *
   * @param manager owner of the constants, which live as long as the model
   * @param batch sequences in each batch
   */
  public Gpt(NDManager manager, GptConfig config, int batch) {
    this.config = config;
    layout = new ParameterLayout(config);
    linear = config.block().linearLayers(manager, config);
    attention = new Attention(manager, config, linear);
    normalization = config.block().norm().create(manager, config.width());
    zLossWeight = manager.create((float) config.zLossWeight());
    positionRows =
        config.positions() == Positions.LEARNED ? rows(manager, config.context(), batch) : null;
  }

  private static NDArray rows(NDManager manager, int context, int batch) {
    return manager.create(
        LongStream.range(0, (long) context * batch).map(i -> i / batch).toArray());
  }

  /** State that it keeps from step to step besides the parameters, by the names in a checkpoint. */
  public Map<String, NDArray> state() {
    return linear.state();
  }

  /** Initializes {@link #state()} from the initial parameters. */
  public void begin(NDArray parameters) {
    try (NDManager scratch = parameters.getManager().newSubManager()) {
      NDArray copy = parameters.duplicate();
      copy.attach(scratch);
      List<NDArray> views = layout.views(copy);
      int embeddings = positionRows == null ? 1 : 2;
      Iterator<NDArray> weights = views.listIterator(embeddings);
      for (int block = 0; block < config.layers(); block++) {
        linear.begin(block, BlockWeights.next(weights, config));
      }
    }
  }

  /**
   * Sets the number of significant bits to which attention scores are rounded; 24 is float32
   * itself.
   *
   * @throws IllegalArgumentException unless from 2 to 24
   */
  public void attentionBits(int bits) {
    attention.precision(new Mantissa(bits));
  }

  /**
   * Computes the objective on one batch; call it while a gradient collector is open.
   *
   * @param parameters flat, a leaf of the graph
   * @param tokens inputs, time-major (N)
   * @param targets the token after each input (N)
   * @return cross-entropy plus the weighted z-loss, a scalar
   */
  public NDArray objective(NDArray parameters, NDArray tokens, NDArray targets, LogitTap tap) {
    Iterator<NDArray> weights = layout.views(parameters).iterator();
    NDArray x = embedding(weights, tokens); // (N, D)
    tap.output(0, x);
    for (int block = 0; block < config.layers(); block++) {
      BlockWeights own = linear.weights(block, BlockWeights.next(weights, config));
      x = block(x, own, block, tap);
      tap.output(ParameterLayout.layerOfBlock(block), x);
    }
    NDArray features = config.finalNorm() ? normalization.apply(x, weights.next()) : x;
    NDArray logits = features.matMul(weights.next()); // (N, V)
    tap.output(ParameterLayout.layerOfBlock(config.layers()), logits);
    return loss(logits, targets.expandDims(1), tap);
  }

  private NDArray embedding(Iterator<NDArray> weights, NDArray tokens) {
    NDArray x = lookUp(weights.next(), tokens);
    return positionRows == null ? x : x.addi(lookUp(weights.next(), positionRows));
  }

  private static NDArray lookUp(NDArray table, NDArray rows) {
    return table.getNDArrayInternal().embedding(rows, table, SparseFormat.DENSE).head();
  }

  private NDArray block(NDArray x, BlockWeights weights, int block, LogitTap tap) {
    NormPosition position = config.block().normPosition();
    NDArray middle = // (N, D)
        position.join(
            x,
            stream -> normalization.apply(stream, weights.attentionNorm()),
            stream -> attention.apply(stream, weights, block, tap));
    return position.join(
        middle,
        stream -> normalization.apply(stream, weights.mlpNorm()),
        stream -> mlp(stream, weights));
  }

  private NDArray mlp(NDArray x, BlockWeights weights) {
    NDArray hidden = config.block().mlp().activate(linear.input(x).matMul(weights.mlpIn()));
    return linear.input(hidden).matMul(weights.mlpOut()); // (N, D)
  }

  private NDArray loss(NDArray logits, NDArray targets, LogitTap tap) { // (N, V), (N, 1)
    NDArray logProbability = logits.logSoftmax(1).gather(targets, 1); // (N, 1)
    // log Z = logit − log softmax, at whichever token
    NDArray logZ = logits.gather(targets, 1).sub(logProbability); // (N, 1)
    NDArray crossEntropy = logProbability.mean().neg();
    tap.head(logits, logZ, crossEntropy);
    if (config.zLossWeight() == 0) {
      return crossEntropy;
    }
    return crossEntropy.add(logZ.square().mean().mul(zLossWeight));
  }
}
