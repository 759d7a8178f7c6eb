// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fixed share of each tensor: {@link Tensor#rate}. */
final class FixedRates implements TensorPace.Shares {
  private final List<List<NDArray>> rates;

  FixedRates(NDManager manager, Layers layers) {
    rates =
        layers.tensors().stream()
            .map(layer -> layer.stream().map(t -> manager.create((float) t.rate())).toList())
            .toList();
  }

  @Override
  public List<NDArray> of(int layer, Pace.@Nullable Surprise surprise) {
    return rates.get(layer);
  }
}
