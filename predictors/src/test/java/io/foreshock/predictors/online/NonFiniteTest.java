// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NonFiniteTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new NonFinite();
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.LOSS, 2 + 0.01 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.LOSS, k % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
  }

  @Override
  boolean countsNonfinite() {
    return true;
  }

  @Test
  void aLossThatStaysNonFiniteIsCriticalFromTheSecondOn() {
    List<Verdict> found = feed(fresh(), stream(1));
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertEquals(Severity.CRITICAL, found.get(1).severity());
  }

  @Test
  void aLossThatIsNonFiniteFromTheFirstLinesOnIsCritical() {
    assertEquals("WCC", Feed.of(fresh()).losses(Double.NaN, Double.NaN, Double.NaN).newest(3));
  }

  @Test
  void oneBrokenBatchIsAWarning() {
    assertEquals("W.W.", healthy().losses(Double.NaN, 2, Double.NaN, 2).newest(4));
  }

  @Test
  void aLineWithNothingButItsStepIsALossThatTheSenderDropped() {
    assertEquals("WCC", healthy().next(s -> {}).next(s -> {}).next(s -> {}).newest(3));
  }

  @Test
  void linesWithOtherSignalsButNoLossAreAWarningFirst() {
    Feed feed = healthy();
    for (int i = 0; i < 7; i++) {
      feed.next(sample -> sample.set(Signal.LEARNING_RATE, 1e-3));
    }
    assertEquals(".WWWCCC", feed.newest(7));
  }

  @Test
  void aLossThatComesNowAndThenMayBeMissing() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 200; i++) {
      feed.next(s -> s.set(Signal.LEARNING_RATE, 1e-3)).losses(2).next(s -> {}).next(s -> {});
    }
    assertEquals(List.of(), feed.found);
  }

  @Test
  void aLossThatWasMissingOnceBeforeMayBeMissing() {
    Feed feed = healthy().next(sample -> sample.set(Signal.LEARNING_RATE, 1e-3)).losses(2, 2);
    for (int i = 0; i < 20; i++) {
      feed.next(sample -> sample.set(Signal.LEARNING_RATE, 1e-3));
    }
    assertEquals(List.of(), feed.found);
  }

  @Test
  void aLossOfExactlyZeroBesideANormThatIsNaNHidesNaN() {
    Feed feed = Feed.every(10, fresh());
    for (int i = 0; i < 2; i++) {
      feed.next(sample -> sample.set(Signal.LOSS, 0).set(Signal.GRAD_NORM, Double.NaN));
    }
    assertEquals("WC", feed.newest(2));
    assertEquals(Signal.LOSS.wireName(), feed.found.get(0).where().signal());
    assertTrue(feed.found.get(0).message().startsWith("Loss exactly 0 beside"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"float16", "FP16", "16-mixed", "torch.float16", "half"})
  void aLossScalerMayOverflowThreeTimesInARow(String precision) {
    assertEquals("IIIC", overflowing(precision, 4).newest(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "bf16-mixed", "torch.bfloat16", "float32"})
  void withoutAScalerOnlyOneMayOverflow(String precision) {
    assertEquals("IWWC", overflowing(precision, 4).newest(4));
  }

  @Test
  void anOverflowNowAndThenIsInfo() {
    Feed feed = healthy();
    for (int i = 0; i < 10; i++) {
      feed.next(s -> s.set(Signal.LOSS, 2).addNonfinite(12)).losses(2, 2);
      assertEquals("I..", feed.newest(3));
    }
  }

  /**
   * As senders do that write one line for each skipped step and the loss at the end of an epoch.
   */
  @Test
  void aScalerThatNeverFindsItsScaleIsCriticalAlthoughNoLossIsSent() {
    Feed feed = Feed.of(fresh()).losses(5.1);
    for (int i = 0; i < 12; i++) {
      feed.next(s -> s.set(Signal.GRAD_NORM, Double.POSITIVE_INFINITY));
    }
    assertEquals("CCCCCCCCC", feed.newest(9));
    assertEquals(Signal.GRAD_NORM.wireName(), feed.found.get(0).where().signal());
  }

  @ParameterizedTest
  @CsvSource({"65536, III", "2, III", "1, IWW", "0.25, IWW"})
  void aLossScaleOfOneOrLessIsNoCauseOfAnOverflow(double scale, String severities) {
    Feed feed = healthy();
    for (int i = 0; i < 3; i++) {
      feed.next(s -> s.set(Signal.LOSS, 2).set(Signal.LOSS_SCALE, scale).addNonfinite(4));
    }
    assertEquals(severities, feed.newest(3));
  }

  @Test
  void aSkippedStepWithoutALossIsNoNonFiniteLoss() {
    Feed feed = Feed.of(fresh());
    for (int i = 0; i < 2; i++) {
      feed.next(sample -> sample.set(Signal.SKIPPED, 1).addNonfinite(4));
    }
    assertEquals("II", feed.newest(2));
    assertEquals(Signal.GRAD_NORM.wireName(), feed.found.get(1).where().signal());
  }

  @Test
  void aSkippedStepThatSendsNeitherLossNorCountIsNoAlarm() {
    assertEquals(".", healthy().next(sample -> sample.set(Signal.SKIPPED, 3)).newest(1));
  }

  @Test
  void aNonFiniteValueOfALayerIsAWarningThatNamesIt() {
    List<Verdict> found = new ArrayList<>();
    Sample layer = Sample.ofLayer("7", Sample.NO_HEAD, 1, 0);
    fresh().update(layer.set(Signal.GRAD_RMS, Double.NaN), found::add);
    assertEquals(Severity.WARNING, found.get(0).severity());
    assertEquals("7", found.get(0).where().layer());
  }

  private Feed healthy() {
    return Feed.of(fresh()).losses(3, 2.8, 2.6, 2.5, 2.4, 2.4);
  }

  /** So many overflows in a row, in the middle of a run of that precision. */
  private Feed overflowing(String precision, int overflows) {
    Detector detector = fresh();
    detector.configure(new RunConfig(Map.of("precision", precision)));
    Feed feed = Feed.of(detector).course(100, 0.01, i -> 2);
    for (int i = 0; i < overflows; i++) {
      feed.next(sample -> sample.set(Signal.LOSS, 2).addNonfinite(12));
    }
    return feed;
  }
}
