// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.stats.Medians;
import java.util.OptionalInt;

/**
 * The sample at which a run's loss jumped and stayed up for a while, seen by hindsight.
 *
 * <p><b>Definition.</b> Over the {@value #BASE} samples before i: b = their median, s = 1.4826 ·
 * median |loss − b|. A jump begins at i when loss_i > b + max(6 s, 0.10 b). It is over at the first
 * of {@value #CALM} samples in a row with loss ≤ b + max(3 s, 0.03 b); it counts when that is at
 * least {@value #LASTING} samples later, or never. A shorter one is a blip, and the search goes on
 * after it. {@link LossOnset} convicts what is slow, this what is brief.
 *
 * <p><b>Edges.</b> Nothing is said of the first {@value #BASE} samples. A non-finite loss is not
 * calm and no jump. <b>Cost.</b> O(n · base). <b>Source.</b> The rule by which the public logs that
 * this project is evaluated on were labelled.
 */
final class LossJump {
  private static final int BASE = 25;
  private static final int CALM = 3;
  private static final int LASTING = 3;
  private static final double MAD_TO_SIGMA = 1.4826;

  private LossJump() {}

  /** Index into {@code losses} (nats per token, in step order), if there is a jump. */
  static OptionalInt find(double[] losses) {
    double[] scratch = new double[BASE];
    int i = BASE;
    while (i < losses.length) {
      double base = median(losses, i, scratch);
      double deviation = MAD_TO_SIGMA * deviation(losses, i, base, scratch);
      if (losses[i] > base + Math.max(6 * deviation, 0.10 * base)) {
        int calm = calmFrom(losses, i + 1, base + Math.max(3 * deviation, 0.03 * base));
        if (calm - i >= LASTING) {
          return OptionalInt.of(i);
        }
        i = calm + CALM;
      } else {
        i++;
      }
    }
    return OptionalInt.empty();
  }

  /** Index of the first of the calm samples; that after the end when there are none. */
  private static int calmFrom(double[] losses, int from, double limit) {
    int calm = 0;
    for (int i = from; i < losses.length; i++) {
      calm = losses[i] <= limit ? calm + 1 : 0;
      if (calm == CALM) {
        return i - CALM + 1;
      }
    }
    return losses.length;
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
