// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.stats.Medians;
import java.util.OptionalInt;

/**
 * Finds the sample at which a run's loss jumped and stayed high, after the run has ended.
 *
 * <p><b>Definition.</b> Over the {@value #BASE} samples before i: b = their median, s = 1.4826 ·
 * median |loss − b|. A jump begins at i when the loss is above b + max(6 s, 0.10 b) at i and at the
 * {@value #LASTING} − 1 samples after it. A shorter jump is a blip. {@link LossOnset} finds slow
 * rises, this class finds brief ones.
 *
 * <p><b>Edges.</b> The first {@value #BASE} samples are not judged. A non-finite loss counts as
 * infinitely high. <b>Cost.</b> O(n · base). <b>Source.</b> The margin is that of the labels of the
 * public logs that this project is evaluated on; they require three samples until the loss is
 * normal again. In noisy losses of small batches a single sample meets that by chance.
 */
final class LossJump {
  private static final int BASE = 25;
  private static final int LASTING = 3;

  private LossJump() {}

  /** Returns the index into {@code losses} (nats per token, in step order) of the first jump. */
  static OptionalInt find(double[] losses) {
    double[] scratch = new double[BASE];
    for (int i = BASE; i + LASTING <= losses.length; i++) {
      double base = median(losses, i, scratch);
      double deviation = Medians.MAD_TO_SIGMA * deviation(losses, i, base, scratch);
      if (stays(losses, i, base + Math.max(6 * deviation, 0.10 * base))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean stays(double[] losses, int from, double above) {
    for (int i = from; i < from + LASTING; i++) {
      if (losses[i] <= above) {
        return false;
      }
    }
    return true;
  }

  private static double median(double[] losses, int end, double[] scratch) {
    for (int k = 0; k < BASE; k++) {
      double loss = losses[end - BASE + k];
      scratch[k] = Double.isFinite(loss) ? loss : Double.MAX_VALUE;
    }
    return Medians.of(scratch, 0, BASE);
  }

  private static double deviation(double[] losses, int end, double base, double[] scratch) {
    for (int k = 0; k < BASE; k++) {
      double loss = losses[end - BASE + k];
      scratch[k] = Double.isFinite(loss) ? Math.abs(loss - base) : Double.MAX_VALUE;
    }
    return Medians.of(scratch, 0, BASE);
  }
}
