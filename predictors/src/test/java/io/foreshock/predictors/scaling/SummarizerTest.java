// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummarizerTest {
  private final Summarizer summarizer = new Summarizer();

  @Test
  void recordsEverySignalAtItsMilestones() {
    MadeCourse.samples(1e6, 1e-2, 3).forEach(summarizer::accept);
    RunSummary summary = summary();
    assertEquals(MadeCourse.STEPS, summary.lastStep());
    assertFalse(summary.diverged());
    for (int k = 0; Milestones.step(k) <= MadeCourse.STEPS; k++) {
      long step = Milestones.step(k);
      double loss = summary.milestones().get(TrendSignal.LOSS)[k];
      assertEquals(MadeCourse.loss(1e6, step), loss, 0.1 * loss, "loss at " + step);
    }
    assertTrue(Double.isNaN(summary.milestones().get(TrendSignal.LOSS)[Milestones.COUNT - 1]));
  }

  @Test
  void milestonesThatASparseLogSkipsStayUnknown() {
    for (long step = 100; step <= 1000; step += 100) {
      summarizer.accept(Sample.ofStep(step, step).set(Signal.LOSS, 3));
    }
    double[] losses = summary().milestones().get(TrendSignal.LOSS);
    for (int k = 0; k < Milestones.COUNT; k++) {
      boolean logged =
          Milestones.step(k) <= 1000
              && (Milestones.step(k) + 99) / 100 * 100 < Milestones.step(k + 1)
              && Milestones.step(k + 1) > 100;
      assertEquals(logged, !Double.isNaN(losses[k]), "milestone " + Milestones.step(k));
    }
  }

  @Test
  void anAttentionLogitBeyondTheLimitIsDivergence() {
    summarizer.accept(
        Sample.ofLayer("3", Sample.NO_HEAD, 50, 50).set(Signal.ATTENTION_LOGIT_MAX, 1.1e4));
    assertTrue(summary().diverged());
  }

  @Test
  void soIsALossThatStaysATenthAboveItsLowest() {
    feed(1, 60, 3);
    feed(61, 80, 3.6);
    assertFalse(summary().diverged(), "20 steps may be a blip");
    feed(81, 100, 3.6);
    assertTrue(summary().diverged());
  }

  @Test
  void orOneThatIsNoNumberForAsLongAsTrainersGoOnWithIt() {
    feed(1, 60, 3);
    for (long step = 61; step <= 80; step++) {
      assertEquals(step > 69, summary().diverged(), "at " + step);
      summarizer.accept(Sample.ofStep(step, step).set(Signal.LOSS, Double.NaN));
    }
  }

  @Test
  void aBadBatchIsNone() {
    feed(1, 60, 3);
    feed(61, 62, 9);
    feed(63, 200, 2.9);
    assertFalse(summary().diverged());
  }

  @Test
  void goesOnFromItsState() {
    List<Sample> samples = MadeCourse.samples(1e5, 0.1, 4);
    samples.subList(0, 300).forEach(summarizer::accept);
    State.InMemory state = State.saving(4096);
    summarizer.exchange(state);
    Summarizer again = new Summarizer();
    again.exchange(State.restoring(state.toByteArray()));
    samples.subList(300, samples.size()).forEach(summarizer::accept);
    samples.subList(300, samples.size()).forEach(again::accept);
    RunSummary expected = summary();
    RunSummary actual = again.summary("run", RunConfig.EMPTY);
    assertEquals(expected.diverged(), actual.diverged());
    for (TrendSignal signal : TrendSignal.values()) {
      assertArrayEquals(expected.milestones().get(signal), actual.milestones().get(signal));
    }
  }

  private void feed(long from, long to, double loss) {
    for (long step = from; step <= to; step++) {
      summarizer.accept(Sample.ofStep(step, step).set(Signal.LOSS, loss));
    }
  }

  private RunSummary summary() {
    return summarizer.summary("run", RunConfig.EMPTY);
  }
}
