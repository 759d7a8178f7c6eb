// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class FirstMoversTest {
  private static final long ONSET = 600;
  private static final long SEED = 23;

  @Test
  void theOneThatLeftItsBandEarliestComesFirst() {
    List<FirstMove> moves =
        moves(
            track(Signal.GRAD_NORM, null, t -> t < 590 ? 1 : 8),
            track(Signal.ATTENTION_LOGIT_MAX, "3", t -> 5 * Math.exp(Math.max(0, t - 500) / 30.0)),
            track(Signal.ATTENTION_LOGIT_MAX, "4", t -> 5));
    assertEquals(2, moves.size(), moves.toString());
    FirstMove first = moves.get(0);
    assertEquals(Signal.ATTENTION_LOGIT_MAX, first.signal());
    assertEquals("3", first.layer());
    assertTrue(first.rising());
    assertEquals(5, first.usual(), 0.2);
    assertEquals(97, first.leadSteps(), 10);
    assertEquals(ONSET - first.leadSteps(), first.step());
    assertTrue(first.score() > 3);
    assertEquals(590, moves.get(1).step());
  }

  @Test
  void fallingSignalsMoveToo() {
    FirstMove move = moves(track(Signal.ATTENTION_ENTROPY, "0", t -> t < 560 ? 2 : 0.4)).get(0);
    assertEquals(560, move.step());
    assertEquals(false, move.rising());
  }

  @Test
  void negativeSignalsMoveToo() {
    assertEquals(550, moves(track(Signal.LOG_Z_MEAN, null, t -> t < 550 ? -1 : 3)).get(0).step());
  }

  @Test
  void whatMovesWithTheLossHasNoLead() {
    FirstMove move = moves(track(Signal.GRAD_NORM, null, t -> t < ONSET ? 1 : 9)).get(0);
    assertEquals(0, move.leadSteps());
  }

  @Test
  void whatCameBackBeforeTheOnsetDidNotMove() {
    assertEquals(
        List.of(), moves(track(Signal.GRAD_NORM, null, t -> t >= 500 && t < 550 ? 20 : 1)));
  }

  @Test
  void whatGrowsAsItAlwaysDidHasNotMoved() {
    assertEquals(List.of(), moves(track(Signal.PARAM_NORM, null, t -> 10 + t / 100.0)));
  }

  @Test
  void scheduleAndClockAreNotAsked() {
    for (Signal signal :
        List.of(
            Signal.LEARNING_RATE, Signal.TOKENS, Signal.BATCH, Signal.STEP_SECONDS, Signal.LOSS)) {
      assertEquals(List.of(), moves(track(signal, null, t -> t < 550 ? 1 : 50)));
    }
  }

  @Test
  void sparseLayersAreReadAtTheirOwnSteps() {
    Track every10 = track(Signal.GRAD_RMS, "0", 10, t -> t < 550 ? 1 : 9);
    assertEquals(550, moves(every10).get(0).step());
  }

  @Test
  void tooFewSamplesGiveNoAnswer() {
    assertEquals(
        List.of(),
        FirstMovers.of(List.of(track(Signal.GRAD_NORM, null, t -> t < 20 ? 1 : 9)), 25, 10));
  }

  /** Two thousand signals that know nothing of the loss, as many as of a model with 160 layers. */
  @Test
  void chanceMovesAlmostNothing() {
    assertTrue(chance((last, random) -> random.nextGaussian()) <= 2, "white noise");
    assertTrue(chance((last, random) -> 0.9 * last + random.nextGaussian()) <= 2, "correlated");
    int walks = chance((last, random) -> last + random.nextGaussian());
    assertTrue(walks <= 200, "random walks: " + walks);
  }

  private interface Next {
    double after(double last, Random random);
  }

  private static int chance(Next next) {
    Random random = new Random(SEED);
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      double[] value = {0};
      tracks.add(
          track(
              Signal.GRAD_RMS,
              String.valueOf(i),
              t -> {
                value[0] = next.after(value[0], random);
                return Math.exp(value[0] / 10);
              }));
    }
    return FirstMovers.of(tracks, ONSET, 16).size();
  }

  private static List<FirstMove> moves(Track... tracks) {
    return FirstMovers.of(List.of(tracks), ONSET, 16);
  }

  private static Track track(Signal signal, String layer, IntToDoubleFunction ofStep) {
    return track(signal, layer, 1, ofStep);
  }

  /** A signal around the onset, with a little noise. */
  private static Track track(Signal signal, String layer, int every, IntToDoubleFunction ofStep) {
    Random random = new Random(SEED);
    int count = (int) (ONSET + 20) / every;
    long[] steps = new long[count];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      steps[i] = (long) (i + 1) * every;
      values[i] = ofStep.applyAsDouble((int) steps[i]) * (1 + 0.01 * random.nextGaussian());
    }
    return new Track(signal, layer, steps, values);
  }
}
