// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** One known episode a test, over noise, and what must not be one. */
class PostmortemTest {
  private static final long SEED = 11;

  @Test
  void healthyNoisyDescentHasNoEpisode() {
    for (double noise : new double[] {0, 0.001, 0.02, 0.1, 0.3}) {
      for (int seed = 0; seed < 10; seed++) {
        Random random = new Random(seed);
        Postmortem postmortem = of(2000, t -> course(t) + noise * random.nextGaussian());
        assertEquals(List.of(), postmortem.episodes(), "noise " + noise + ", seed " + seed);
        assertEquals(2000, postmortem.samples());
      }
    }
  }

  @Test
  void heavyTailedNoiseHasBlipsAndNoEpisode() {
    Random random = new Random(SEED);
    Postmortem postmortem =
        of(5000, t -> course(t) + 0.02 * random.nextGaussian() + (t % 97 == 0 ? 1.5 : 0));
    assertEquals(List.of(), postmortem.episodes());
    assertTrue(postmortem.blips() > 40, "blips " + postmortem.blips());
  }

  @Test
  void aSpikeThatIsBackSoonIsFastRecovering() {
    Episode spike = only(600, t -> noisy(t) + spike(t, 300, 1.0, 10));
    assertEquals(EpisodeClass.FAST_RECOVERING, spike.kind());
    assertEquals(300, spike.start(), 1);
    assertEquals(300, spike.extent().peak(), 1);
    assertEquals(335, spike.extent().end().orElseThrow(), 15);
    assertEquals(spike.extent().end().orElseThrow() - spike.start(), spike.extent().costSteps());
    assertEquals(course(300), spike.loss().before(), 0.05);
    assertEquals(course(300) + 1, spike.loss().extreme(), 0.1);
    assertEquals(course(330), spike.loss().after(), 0.1);
    assertTrue(spike.origin().lossAlone(), "nothing but the loss was measured");
  }

  @Test
  void aSpikeThatTakesLongerIsSlowRecovering() {
    Episode spike = only(1500, t -> noisy(t) + spike(t, 300, 1.0, 100));
    assertEquals(EpisodeClass.SLOW_RECOVERING, spike.kind());
    assertEquals(300, spike.start(), 1);
    assertTrue(
        spike.extent().costSteps() > 120 && spike.extent().costSteps() < 250,
        "cost " + spike.extent().costSteps());
  }

  @Test
  void aSpikeThatStaysHighIsNotFullyRecovering() {
    Episode spike = only(800, t -> noisy(t) + spike(t, 300, 2.0, 10) + (t >= 300 ? 0.5 : 0));
    assertEquals(EpisodeClass.NOT_FULLY_RECOVERING, spike.kind());
    assertTrue(spike.extent().end().isEmpty());
    assertEquals(500, spike.extent().costSteps(), 1);
    assertEquals(course(800) + 0.5, spike.loss().after(), 0.1);
  }

  @Test
  void aSpikeThatBeganToRecoverAndThenDivergedIsNotFullyRecovering() {
    Episode spike =
        only(
            800,
            t -> noisy(t) + spike(t, 300, 1.0, 10) + 0.3 * (t >= 300 ? 1 : 0) + ramp(t, 400, 0.02));
    assertEquals(EpisodeClass.NOT_FULLY_RECOVERING, spike.kind());
    assertEquals(300, spike.start(), 1);
  }

  @Test
  void aSteadyRiseIsANonSpikeDivergence() {
    Episode rise = only(1200, t -> noisy(t) + ramp(t, 600, 0.005));
    assertEquals(EpisodeClass.NON_SPIKE_DIVERGENCE, rise.kind());
    assertTrue(rise.start() > 600 && rise.start() < 680, "onset " + rise.start());
    assertEquals(1200, rise.extent().peak(), 30);
  }

  @Test
  void aLossThatCeasesToBeFiniteIsANonSpikeDivergence() {
    Episode end = only(500, t -> t < 400 ? noisy(t) : Double.NaN);
    assertEquals(EpisodeClass.NON_SPIKE_DIVERGENCE, end.kind());
    assertEquals(400, end.start());
    assertEquals(400, end.extent().peak());
    assertEquals(Double.POSITIVE_INFINITY, end.loss().extreme());
    assertEquals(101, end.loss().nonfinite());
    assertTrue(Double.isNaN(end.loss().after()));
  }

  @Test
  void aRunThatIsNeverFiniteIsOneEpisodeFromItsFirstStep() {
    Episode all = only(100, t -> Double.NaN);
    assertEquals(1, all.start());
    assertEquals(99, all.extent().costSteps());
    assertTrue(Double.isNaN(all.loss().before()));
  }

  @Test
  void oneLossThatIsNotFiniteIsAnEpisodeOfItsOwn() {
    Episode one = only(500, t -> t == 200 ? Double.POSITIVE_INFINITY : noisy(t));
    assertEquals(EpisodeClass.FAST_RECOVERING, one.kind());
    assertEquals(1, one.loss().nonfinite());
    assertEquals(201, one.extent().end().orElseThrow());
  }

  @Test
  void aLossThatDropsAndJumpsBackIsALevelShift() {
    Episode shift = only(1000, t -> noisy(t) - (t >= 400 && t < 600 ? 0.6 : 0));
    assertEquals(EpisodeClass.LEVEL_SHIFT, shift.kind());
    assertEquals(400, shift.start());
    assertEquals(600, shift.extent().end().orElseThrow());
    assertEquals(200, shift.extent().costSteps());
    assertTrue(shift.loss().extreme() < shift.loss().before() - 0.5);
  }

  @Test
  void aDropThatStaysCountsOnlyWhereDataCameAgain() {
    IntToDoubleFunction drop = t -> noisy(t) - (t >= 400 ? 0.6 : 0);
    assertEquals(List.of(), of(1000, drop).episodes());
    MadeHistory again = run(1000, drop).with(Signal.BATCH, 1, t -> t < 400 ? t : t - 300);
    Episode shift = Postmortem.of(again).episodes().get(0);
    assertEquals(EpisodeClass.LEVEL_SHIFT, shift.kind());
    assertEquals(Cause.Kind.DATA_REWOUND, shift.origin().causes().get(0).kind());
    assertEquals(400, shift.origin().causes().get(0).step());
  }

  @Test
  void aLowerRateThatLowersTheLossIsNoEpisode() {
    MadeHistory planned =
        run(1000, t -> noisy(t) - (t >= 400 && t < 700 ? 0.6 : 0))
            .with(Signal.LEARNING_RATE, 1, t -> t < 400 ? 1e-3 : 1e-4);
    assertTrue(
        Postmortem.of(planned).episodes().stream()
            .noneMatch(episode -> episode.kind() == EpisodeClass.LEVEL_SHIFT));
  }

  @Test
  void aRateThatJumpsRightBeforeMakesItAScheduledChange() {
    MadeHistory run =
        run(600, t -> noisy(t) + spike(t, 300, 1.0, 10))
            .with(Signal.LEARNING_RATE, 1, t -> t < 297 ? 1e-3 : 4e-3);
    Episode spike = only(run);
    assertEquals(EpisodeClass.SCHEDULED_CHANGE, spike.kind());
    assertEquals(
        List.of(new Cause(Cause.Kind.LEARNING_RATE, 297, "learning_rate", 1e-3, 4e-3)),
        spike.origin().causes());
  }

  @Test
  void aRateThatRampsDoesNot() {
    MadeHistory run =
        run(600, t -> noisy(t) + spike(t, 300, 1.0, 10))
            .with(Signal.LEARNING_RATE, 1, t -> 1e-5 * Math.exp(t / 50.0));
    Episode spike = only(run);
    assertEquals(EpisodeClass.FAST_RECOVERING, spike.kind());
    assertEquals(Cause.Kind.LEARNING_RATE_RAMP, spike.origin().causes().get(0).kind());
  }

  @Test
  void aSettingOrBatchSizeThatChangesDoes() {
    IntToDoubleFunction loss = t -> noisy(t) + spike(t, 300, 1.0, 10);
    Episode announced = only(run(600, loss).changed(295, "gradient_clip", 1.0, 0.0));
    assertEquals(EpisodeClass.SCHEDULED_CHANGE, announced.kind());
    assertEquals("gradient_clip", announced.origin().causes().get(0).name());
    Episode doubled =
        only(run(600, loss).with(Signal.TOKENS, 1, t -> t < 290 ? t * 100 : t * 200 - 29_000));
    assertEquals(EpisodeClass.SCHEDULED_CHANGE, doubled.kind());
    assertEquals(Cause.Kind.BATCH_SIZE, doubled.origin().causes().get(0).kind());
    assertEquals(100.0, doubled.origin().causes().get(0).before());
  }

  @Test
  void aSpikeRightAfterAResumeIsResumeRelated() {
    MadeHistory run = new MadeHistory().segment(0, 310).with(Signal.LOSS, 1, t -> noisy(t));
    run.segment(300, 700).with(Signal.LOSS, 1, t -> noisy(t) + spike(t, 303, 1.0, 10));
    Episode spike = only(run);
    assertEquals(EpisodeClass.RESUME_RELATED, spike.kind());
    assertEquals(1, spike.segment());
    assertEquals(
        new Cause(Cause.Kind.RESUME, 301, "segment", 0, 1), spike.origin().causes().get(0));
    assertFalse(spike.rolledBack());
  }

  @Test
  void whatWasRolledBackIsKeptAndCostsAllThatWasThrownAway() {
    MadeHistory run =
        new MadeHistory()
            .segment(0, 420)
            .with(Signal.LOSS, 1, t -> noisy(t) + (t >= 400 ? 2 : 0))
            .with(Signal.BATCH, 1, t -> t + 1000);
    run.segment(300, 900).with(Signal.LOSS, 1, PostmortemTest::noisy);
    Episode spike = only(run);
    assertTrue(spike.rolledBack());
    assertEquals(0, spike.segment());
    assertEquals(400, spike.start());
    assertEquals(300, spike.rolledBackTo().orElseThrow());
    assertEquals(120, spike.extent().costSteps());
    assertEquals(1400, spike.origin().firstBatch().orElseThrow());
    assertEquals(1420, spike.origin().lastBatch().orElseThrow());
  }

  @Test
  void episodesFollowThePathThroughManySegments() {
    MadeHistory run = new MadeHistory().segment(0, 400).with(Signal.LOSS, 1, t -> noisy(t));
    run.segment(350, 600).with(Signal.LOSS, 1, t -> noisy(t) + spike(t, 500, 1.0, 10));
    run.segment(580, 800).with(Signal.LOSS, 1, PostmortemTest::noisy);
    Episode spike = only(run);
    assertEquals(500, spike.start(), 1);
    assertEquals(1, spike.segment());
    assertFalse(spike.rolledBack(), "its end was taken back, it was not");
  }

  @Test
  void whatComesOnTopOfANewLevelIsSeenToo() {
    List<Episode> both =
        of(1500, t -> noisy(t) + (t >= 300 ? 0.5 : 0) + spike(t, 900, 1.0, 10)).episodes();
    assertEquals(2, both.size(), both.toString());
    assertEquals(300, both.get(0).start(), 1);
    assertTrue(both.get(0).extent().end().isEmpty());
    assertEquals(900, both.get(1).start(), 1);
    assertTrue(both.get(1).extent().end().isPresent());
  }

  @Test
  void scaleShiftAndSpacingDoNotChangeWhatIsFound() {
    for (int every : new int[] {1, 10, 100}) {
      for (double scale : new double[] {0.1, 1, 10}) {
        Random random = new Random(SEED);
        MadeHistory run =
            new MadeHistory()
                .segment(0, 900L * every)
                .with(
                    Signal.LOSS,
                    every,
                    t ->
                        scale
                            * (course(t / every)
                                + 0.02 * random.nextGaussian()
                                + spike(t / every, 200, 1.0, 120)));
        Episode spike = only(run);
        String made = "every " + every + ", scale " + scale;
        assertEquals(EpisodeClass.SLOW_RECOVERING, spike.kind(), made);
        assertEquals(200L * every, spike.start(), every, made);
        assertEquals(every, spike.extent().spacing(), made);
        assertEquals(160L * every, spike.extent().costSteps(), 50.0 * every, made);
      }
    }
  }

  @Test
  void thirteenSamplesAreEnough() {
    double[] blowUp = {9.4, 6.9, 6.3, 6.0, 5.95, 5.97, 5.96, 8.2, 15.7, 15.5, 15.4, 15.3, 15.6};
    MadeHistory run =
        new MadeHistory().segment(0, 2600).with(Signal.LOSS, 200, t -> blowUp[t / 200 - 1]);
    Episode end = only(run);
    assertEquals(EpisodeClass.NOT_FULLY_RECOVERING, end.kind());
    assertEquals(1600, end.start());
  }

  @Test
  void nothingMeasuredIsNothingFound() {
    assertEquals(List.of(), Postmortem.of(new MadeHistory()).episodes());
    MadeHistory noLoss = new MadeHistory().segment(0, 100).with(Signal.GRAD_NORM, 1, t -> t);
    assertEquals(List.of(), Postmortem.of(noLoss).episodes());
    assertEquals(0, Postmortem.of(noLoss).samples());
  }

  @Test
  void aLossAroundZeroIsNoProblem() {
    Random random = new Random(SEED);
    assertEquals(List.of(), of(1000, t -> 0.05 * random.nextGaussian()).episodes());
    assertEquals(List.of(), of(1000, t -> 0).episodes());
  }

  @Test
  void aMillionNoisyStepsTakeSecondsAndHaveNoEpisode() {
    Random random = new Random(1);
    double[] loss = new double[1_000_000];
    for (int t = 0; t < loss.length; t++) {
      loss[t] = 2 + 8 * Math.exp(-t / 1e4) + 0.05 * random.nextGaussian();
    }
    CourseScan.Result result = assertTimeout(Duration.ofSeconds(20), () -> CourseScan.scan(loss));
    assertEquals(List.of(), result.excursions());
  }

  private static double course(int t) {
    return 2 + 2 * Math.exp(-t / 150.0);
  }

  /** The course with the same noise at the same step. */
  private static double noisy(int t) {
    return course(t) + 0.02 * new Random(SEED * 7919 + t * 104_729L).nextGaussian();
  }

  private static double spike(int t, int at, double height, double decay) {
    return t < at ? 0 : height * Math.exp(-(t - at) / decay);
  }

  private static double ramp(int t, int from, double slope) {
    return Math.max(0, t - from) * slope;
  }

  private static MadeHistory run(int steps, IntToDoubleFunction loss) {
    return new MadeHistory().segment(0, steps).with(Signal.LOSS, 1, loss);
  }

  private static Postmortem of(int steps, IntToDoubleFunction loss) {
    return Postmortem.of(run(steps, loss));
  }

  private static Episode only(int steps, IntToDoubleFunction loss) {
    return only(run(steps, loss));
  }

  private static Episode only(MadeHistory run) {
    List<Episode> episodes = Postmortem.of(run).episodes();
    assertEquals(1, episodes.size(), episodes.toString());
    return episodes.get(0);
  }
}
