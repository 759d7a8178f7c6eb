// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A separate pace for each tensor: its η is a share of the common one, and so is its decay if that
 * is coupled to η.
 *
 * <p><b>Cost.</b> Two passes over the memory, as with one pace for all, but their fixed cost for
 * each tensor.
 */
final class TensorPace implements Pace {

  /** The shares of the learning rate of the tensors. */
  interface Shares {
    /**
     * Returns the shares of a layer.
     *
     * @param surprise null for optimizers without a second moment
     * @return a scalar for each tensor; not to be written to
     */
    List<NDArray> of(int layer, Pace.@Nullable Surprise surprise);
  }

  private final Layers layers;
  private final Shares shares;
  private final boolean coupledDecay;
  private final List<NDList> parameters = new ArrayList<>();

  TensorPace(Layers layers, Shares shares, boolean coupledDecay) {
    this.layers = layers;
    this.shares = shares;
    this.coupledDecay = coupledDecay;
    for (int layer = 0; layer < layers.tensors().size(); layer++) {
      parameters.add(layers.tensors(layer, layers.parameters(layer)));
    }
  }

  @Override
  public void move(int layer, NDArray direction, Stride stride, @Nullable Surprise surprise) {
    List<NDArray> share = shares.of(layer, surprise);
    NDList directions = layers.tensors(layer, direction);
    for (int i = 0; i < share.size(); i++) {
      NDArray moved = parameters.get(layer).get(i);
      Decay decay = stride.decay();
      if (decay != null) {
        moved.muli(coupledDecay ? keep(share.get(i), decay) : decay.keep());
      }
      moved.subi(directions.get(i).muli(stride.size().mul(share.get(i))));
    }
  }

  private static NDArray keep(NDArray share, Decay decay) {
    return decay.share().mul(share).subi(1).negi();
  }
}
