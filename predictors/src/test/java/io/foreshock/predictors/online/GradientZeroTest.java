// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import org.junit.jupiter.api.Test;

class GradientZeroTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new GradientZero();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.GRAD_NORM, 0.5 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.GRAD_NORM, 0);
  }

  @Test
  void exactlyZeroTwiceInARowIsAWarningFromTheFirstLineOn() {
    assertEquals(".WWW", Feed.of(fresh()).norms(0, 0, 0, 0).newest(4));
  }

  @Test
  void zeroNowAndThenIsNothing() {
    assertEquals("......", Feed.of(fresh()).norms(0, 0.4, 0, 0.3, 1e-9, 1e-9).newest(6));
  }

  @Test
  void aLineWithoutANormIsNoZero() {
    Feed feed = Feed.of(fresh()).norms(0).losses(2, 2, 2);
    assertEquals("...", feed.newest(3));
    assertEquals("W", feed.norms(0).newest(1));
  }
}
