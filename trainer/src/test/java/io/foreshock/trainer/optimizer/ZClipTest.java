// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZClipTest {
  private static final double NO_CAP = 0;

  private final NDManager manager = NDManager.newBaseManager();
  private final GradientClip clip = GradientClip.Rule.ZCLIP.create(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  /** The norm after clipping. */
  private double clipped(double norm, double cap) {
    try (NDManager step = manager.newSubManager()) {
      NDArray factor = clip.factor(step.create((float) (norm * norm)), cap);
      return factor == null ? norm : norm * factor.getFloat();
    }
  }

  /** The authors' algorithm, as published, in double precision. */
  private static final class Published {
    private final List<Double> buffer = new ArrayList<>();
    private double mean;
    private double variance;

    double clipped(double norm, double cap) {
      if (buffer.size() < 25) {
        buffer.add(norm);
        mean = buffer.stream().mapToDouble(x -> x).average().orElseThrow();
        variance = buffer.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / buffer.size();
        return norm > cap ? norm * cap / (norm + 1e-6) : norm;
      }
      double deviation = Math.sqrt(variance);
      double z = (norm - mean) / (deviation + 1e-6);
      double value = z > 2.5 ? mean + 2.5 * deviation / (z / 2.5) : norm;
      mean = 0.97 * mean + 0.03 * value;
      variance = 0.97 * variance + 0.03 * (value - mean) * (value - mean);
      double limit = Math.min(value, cap);
      return norm > limit ? norm * limit / (norm + 1e-6) : norm;
    }
  }

  @Test
  void followsThePublishedAlgorithm() {
    Published published = new Published();
    Random random = new Random(7);
    int spikes = 0;
    for (int t = 0; t < 500; t++) {
      double norm = (float) (0.5 + 0.1 * random.nextGaussian());
      if (t % 40 == 39) {
        norm = (float) (norm * (2 + random.nextInt(20)));
      }
      double expected = published.clipped(norm, 1);
      assertEquals(expected, clipped(norm, 1), 2e-5 * expected, "step " + t);
      spikes += expected < norm ? 1 : 0;
    }
    assertTrue(spikes >= 12, spikes + " were clipped");
  }

  @Test
  void theNewMeanIsUsedInTheVariance() {
    for (int i = 0; i < 24; i++) {
      clipped(i % 2 == 0 ? 0.9 : 1.1, NO_CAP);
    }
    clipped(1, NO_CAP);
    double deviation = Math.sqrt(24 * 0.01 / 25);
    double z = 1 / (deviation + 1e-6);
    double value = 1 + 2.5 * 2.5 * deviation / z; // 1.06: the rest of 2.0 is cut off
    assertEquals(value, clipped(2, NO_CAP), 1e-5);

    double mean = 0.97 + 0.03 * value;
    double variance = 0.97 * deviation * deviation + 0.03 * (value - mean) * (value - mean);
    float[] state = clip.state().get("zclip").toFloatArray();
    assertArrayEquals(
        new double[] {25, mean, variance}, new double[] {state[0], state[1], state[2]}, 1e-6);
  }

  @Test
  void theCapHoldsInTheWarmUpAndAfterItAndIsNotSeenByTheMean() {
    for (int i = 0; i < 40; i++) {
      assertEquals(1, clipped(3, 1), 1e-5);
    }
    assertEquals(3, clip.state().get("zclip").toFloatArray()[1], 1e-5);
    assertEquals(3, clipped(3, NO_CAP), 1e-5);
  }

  @Test
  void aNormThatIsNotFiniteLeavesNoTrace() {
    for (int i = 0; i < 30; i++) {
      clipped(0.5 + 0.01 * (i % 3), 1);
    }
    float[] before = clip.state().get("zclip").toFloatArray();
    assertEquals(Double.NaN, clipped(Double.NaN, 1));
    assertEquals(0, clip.factor(manager.create(Float.POSITIVE_INFINITY), 1).getFloat());
    assertNull(clip.factor(manager.create(Float.POSITIVE_INFINITY), NO_CAP));
    assertArrayEquals(before, clip.state().get("zclip").toFloatArray());
  }
}
