// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ZClip: clips a norm that stands out from the run's earlier norms towards their mean.
 *
 * <p><b>Definition.</b> z = (‖g‖ − μ) / (σ + 1e-6). Where z > {@value #Z}, the norm is clipped to c
 * = μ + Z·σ/(z/Z), which is lower the more it stands out. Then μ ← αμ + (1−α)c and, with the
 * <em>new</em> μ, σ² ← ασ² + (1−α)(c − μ)², α = {@value #ALPHA}, where c is ‖g‖ itself if it did
 * not stand out. The first {@value #WARMUP} norms make the first mean and population variance; the
 * limit of {@link NormClip} always applies as a cap, which does not enter μ and σ.
 *
 * <p><b>State.</b> In float32, as in a checkpoint: number of norms, μ, σ², the first norms.
 * <b>Edges.</b> A norm that is not finite does not enter μ and σ; in the authors' code both would
 * then be NaN for good.
 *
 * <p><b>Cost.</b> The step waits for the norm. <b>Source.</b> Kumar et al. 2025 (arXiv 2504.02507)
 * and the authors' {@code zclip.py}.
 */
final class ZClip implements GradientClip {
  private static final int WARMUP = 25;
  private static final double ALPHA = 0.97;
  private static final double Z = 2.5;
  private static final double TINY = 1e-6;

  private static final int SEEN = 0;
  private static final int MEAN = 1;
  private static final int VARIANCE = 2;
  private static final int FIRST = 3;

  private final NDArray state;

  ZClip(NDManager manager) {
    state = manager.zeros(new Shape(FIRST + WARMUP));
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("zclip", state);
  }

  @Override
  public @Nullable NDArray factor(NDArray normSquare, double limit) {
    double norm = (float) Math.sqrt(normSquare.getFloat());
    double bound = limit > 0 ? limit : Double.POSITIVE_INFINITY;
    if (Double.isFinite(norm)) {
      bound = Math.min(bound, observe(norm));
    }
    return norm <= bound
        ? null
        : normSquare.getManager().create((float) (bound / (norm + NormClip.TINY)));
  }

  /** Adds a norm and returns the norm to which it is clipped. */
  private double observe(double norm) {
    float[] s = state.toFloatArray();
    double clipped = norm;
    if (s[SEEN] < WARMUP) {
      s[FIRST + (int) s[SEEN]] = (float) norm;
      begin(s);
    } else {
      double deviation = Math.sqrt(s[VARIANCE]);
      double z = (norm - s[MEAN]) / (deviation + TINY);
      if (z > Z) {
        clipped = s[MEAN] + Z * deviation / (z / Z);
      }
      double mean = ALPHA * s[MEAN] + (1 - ALPHA) * clipped;
      s[VARIANCE] = (float) (ALPHA * s[VARIANCE] + (1 - ALPHA) * Math.pow(clipped - mean, 2));
      s[MEAN] = (float) mean;
    }
    s[SEEN] = Math.min(WARMUP, s[SEEN] + 1);
    write(s);
    return clipped;
  }

  /** Computes mean and variance of the norms so far; those of the last warm-up step remain. */
  private static void begin(float[] s) {
    int count = (int) s[SEEN] + 1;
    double mean = 0;
    for (int i = 0; i < count; i++) {
      mean += s[FIRST + i] / (double) count;
    }
    double variance = 0;
    for (int i = 0; i < count; i++) {
      variance += Math.pow(s[FIRST + i] - mean, 2) / count;
    }
    s[MEAN] = (float) mean;
    s[VARIANCE] = (float) variance;
  }

  private void write(float[] values) {
    try (NDArray source = state.getManager().create(values)) {
      state.set(new NDIndex(":"), source);
    }
  }
}
