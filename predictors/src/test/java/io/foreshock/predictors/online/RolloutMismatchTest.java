// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import org.junit.jupiter.api.Test;

class RolloutMismatchTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new RolloutMismatch();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOGPROB_DIFFERENCE_MEAN, 0.005 * Math.exp(0.15 * noise));
    sample.set(Signal.GRAD_NORM, 0.3 * Math.exp(0.2 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOGPROB_DIFFERENCE_MEAN, 0.005 * Math.exp(0.1 * k + 0.15 * noise));
    sample.set(Signal.GRAD_NORM, 0.3 * Math.exp(0.1 * k + 0.2 * noise));
  }

  @Test
  void itIsCriticalOnlyTogetherWithTheGradientNorm() {
    assertEquals("I", run(Signal.LOGPROB_DIFFERENCE_MEAN, 3, 20).newest(1));
    assertEquals("W", run(Signal.LOGPROB_DIFFERENCE_MEAN, 10, 1).newest(1));
    assertEquals("C", run(Signal.LOGPROB_DIFFERENCE_MEAN, 10, 20).newest(1));
    assertEquals(".", run(Signal.LOGPROB_DIFFERENCE_MEAN, 1, 20).newest(1));
  }

  @Test
  void theLargestDifferenceStandsInForTheMean() {
    assertEquals("C", run(Signal.LOGPROB_DIFFERENCE_MAX, 10, 20).newest(1));
  }

  private Feed run(Signal signal, double times, double normTimes) {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 300; i++) {
      double done = Math.max(0, Math.min(1, (i - 250) / 10.0));
      feed.next(
          sample ->
              sample
                  .set(signal, 0.01 * Math.pow(times, done))
                  .set(Signal.GRAD_NORM, 0.5 * Math.pow(normTimes, done)));
    }
    return feed;
  }
}
