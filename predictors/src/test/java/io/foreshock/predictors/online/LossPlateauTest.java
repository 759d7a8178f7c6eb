// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossPlateauTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new LossPlateau();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, course(i + 1) + 0.01 * noise);
  }

  /** Back to where it was a while ago, and no further down. */
  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, course(130) + 0.01 * noise);
  }

  @Override
  boolean judgesByChange() {
    return true;
  }

  /** An octave must pass before a plateau can be found. */
  @Override
  int troubledSamples() {
    return 200;
  }

  /** A power law with a floor. */
  private static double course(double step) {
    return 1.5 + 3 * Math.pow(step, -0.4);
  }

  @Test
  void aPowerLawWithAFloorIsOnItsCourseForEver() {
    assertEquals(List.of(), run(5000, step -> course(step), step -> 1e-3));
  }

  @Test
  void aLossThatStopsFallingIsToldWithinAnOctaveAndHardlyMatters() {
    List<Verdict> found = run(800, step -> course(Math.min(step, 200)), step -> 1e-3);
    assertFalse(found.isEmpty());
    assertTrue(found.stream().allMatch(v -> v.severity() == Severity.INFO));
  }

  @Test
  void aRisenLearningRateMakesItAWarning() {
    List<Verdict> found =
        run(800, step -> course(Math.min(step, 200)), step -> step < 200 ? 1e-3 : 3e-3);
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertEquals(3, (double) found.get(0).evidence().get("learning_rate_factor"), 1e-9);
  }

  private interface Course {
    double at(long step);
  }

  private List<Verdict> run(int steps, Course loss, Course rate) {
    Random random = new Random(4);
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step <= steps; step++) {
      Sample sample = Sample.ofStep(step, step);
      sample.set(Signal.LOSS, loss.at(step) + 0.02 * random.nextGaussian());
      detector.update(sample.set(Signal.LEARNING_RATE, rate.at(step)), found::add);
    }
    return found;
  }
}
