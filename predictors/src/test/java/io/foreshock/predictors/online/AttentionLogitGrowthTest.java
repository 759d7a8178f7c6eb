// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionLogitGrowthTest extends DetectorContract {
  @Override
  Detector fresh() {
    return new AttentionLogitGrowth(200);
  }

  @Override
  String layer() {
    return "3";
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.ATTENTION_LOGIT_MAX, 20 * Math.exp(0.1 * noise));
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.ATTENTION_LOGIT_MAX, 20 * Math.exp(0.1 * k + 0.1 * noise));
  }

  @Test
  void exponentialGrowthIsCriticalBeforeTheLimitAndItsEtaHoldsIt() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    long crossing = Math.round(Math.log(1e4 / 10) / 0.03);
    for (long step = 1; step < crossing; step++) {
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      detector.update(
          sample.set(Signal.ATTENTION_LOGIT_MAX, 10 * Math.exp(0.03 * step)), found::add);
      if (!found.isEmpty() && found.get(0).severity() == Severity.CRITICAL) {
        Verdict first = found.get(0);
        assertTrue(crossing - step > 50, "only at step " + step);
        assertEquals(crossing - step, first.eta().steps(), 5);
        return;
      }
      found.clear();
    }
    throw new AssertionError("never critical");
  }

  @Test
  void growthThatSaturatesIsNeverCritical() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step < 800; step++) {
      double logit = 5 + 145 * (1 - Math.exp(-step / 150.0));
      Sample sample = Sample.ofLayer("0", Sample.NO_HEAD, step, 0);
      detector.update(sample.set(Signal.ATTENTION_LOGIT_MAX, logit), found::add);
    }
    assertTrue(found.stream().noneMatch(v -> v.severity() == Severity.CRITICAL));
  }

  @Test
  void inASparseLogLogitsPastTheLimitAreCriticalAtTheirSecondSample() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    double[] logits = {60, 900, 14_000, 21_000};
    for (int i = 0; i < logits.length; i++) {
      Sample sample = Sample.ofLayer("2", Sample.NO_HEAD, 100L * (i + 1), 0);
      detector.update(sample.set(Signal.ATTENTION_LOGIT_MAX, logits[i]), found::add);
      assertEquals(i < 3 ? 0 : 1, found.size(), "at sample " + i);
    }
    assertEquals(Severity.CRITICAL, found.get(0).severity());
  }

  @Test
  void oneSamplePastTheLimitIsNoTrend() {
    List<Verdict> found = new ArrayList<>();
    Detector detector = fresh();
    for (int i = 1; i <= 10; i++) {
      Sample sample = Sample.ofLayer("2", Sample.NO_HEAD, 100L * i, 0);
      detector.update(sample.set(Signal.ATTENTION_LOGIT_MAX, i % 3 == 0 ? 20_000 : 30), found::add);
    }
    assertEquals(List.of(), found);
  }

  @Test
  void headsAreFollowedOnTheirOwn() {
    Detector detector = fresh();
    List<Verdict> found = new ArrayList<>();
    for (long step = 1; step < 150; step++) {
      for (int head = 0; head < 4; head++) {
        Sample sample = Sample.ofLayer("2", head, step, 0);
        double logit = head == 3 ? 10 * Math.exp(0.03 * step) : 12;
        detector.update(sample.set(Signal.ATTENTION_LOGIT_MAX, logit), found::add);
      }
    }
    assertTrue(!found.isEmpty() && found.stream().allMatch(v -> v.where().head() == 3));
  }
}
