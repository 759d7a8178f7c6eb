// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * StableAdamW's update clipping: the learning rate of a tensor is reduced when its gradients are
 * larger than its second moment expects.
 *
 * <p><b>Definition.</b> η_t = η / max(1, RMS_t), RMS_t = √mean(g²/max(v̂, ε²)) over the tensor. v̂
 * is the corrected second moment <em>after</em> this step's update, so it includes g² itself and
 * RMS_t is at most 1/√(1−β₂); g is the gradient after gradient clipping. The telemetry's {@code
 * rms_ratio} is the same over a layer.
 *
 * <p><b>Edges.</b> A gradient that is not finite makes the share NaN, as it makes the direction.
 * <b>Source.</b> Wortsman et al. 2023, Stable and low-precision training for large-scale
 * vision-language models, algorithm 2.
 */
record UpdateClipping(Layers layers, TensorPace.Shares inner) implements TensorPace.Shares {
  @Override
  public List<NDArray> of(int layer, Pace.@Nullable Surprise surprise) {
    if (surprise == null) {
      throw new IllegalArgumentException("update clipping needs a second moment");
    }
    NDList tensors = layers.tensors(layer, surprise.multiple());
    List<NDArray> shares = new ArrayList<>(tensors.size());
    for (NDArray s : tensors) {
      float scale = (float) (surprise.scale() * surprise.scale() / s.size());
      NDArray rms = s.dot(s).muli(scale).sqrt();
      NDArray whole = inner.of(layer, surprise).get(shares.size());
      shares.add(rms.maximum(1f).pow(-1).muli(whole));
    }
    return shares;
  }
}
