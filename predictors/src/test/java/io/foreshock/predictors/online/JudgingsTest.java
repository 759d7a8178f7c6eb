// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can judge a run, and what cannot, says so. */
class JudgingsTest {
  private static final Pattern WIRE_NAME = Pattern.compile("[a-z0-9]+(_[a-z0-9]+)+|loss|skipped");

  private final RunWatch watch = new RunWatch("r", RunWatch.DEFAULT_HORIZON_STEPS);
  private long time;

  @Test
  void everyDetectorHasItsOwnKindAndAnswersBeforeTheFirstLine() {
    List<Detector> all = DetectorBank.fresh().all();
    Map<AlarmKind, Judging> byKind = watch.judgings().byKind();
    assertEquals(all.size() + 1, byKind.size(), "and what finds stragglers");
    assertEquals(List.copyOf(new EnumMap<>(byKind).keySet()), List.copyOf(byKind.keySet()));
    byKind.forEach(
        (kind, judging) ->
            assertEquals(
                kind == AlarmKind.NONFINITE, judging instanceof Judging.Active, kind.wireName()));
    assertTrue(watch.judgings().onlyNonFinite());
  }

  @Test
  void aLossAloneWarmsUpWhatReadsItAndTheOthersSayWhatTheyNeed() {
    feed(10, step -> "train_step,run=r step=%di,loss=%s".formatted(step, 5 - 0.01 * step));
    assertEquals(new Judging.WarmingUp(10, 128), of(AlarmKind.LOSS_PLATEAU));
    assertEquals(new Judging.NothingToJudgeBy("grad_norm"), of(AlarmKind.GRADIENT_SPIKE));
    assertEquals(
        new Judging.NothingToJudgeBy("attention_logit_max of layers"),
        of(AlarmKind.ATTENTION_LOGIT_GROWTH));
    assertEquals(
        new Judging.NothingToJudgeBy("log_z_mean or log_z_square_mean"),
        of(AlarmKind.OUTPUT_LOGIT_DRIFT));
    feed(200, step -> "train_step,run=r step=%di,loss=%s".formatted(10 + step, 5 - 0.01 * step));
    assertInstanceOf(Judging.Active.class, of(AlarmKind.LOSS_PLATEAU));
    assertInstanceOf(Judging.Active.class, of(AlarmKind.LOSS_SPIKE));
    assertFalse(watch.judgings().onlyNonFinite());
  }

  @Test
  void theRatioOfLayersIsJudgedFromItsFirstLine() {
    feed(1, step -> "train_layer,run=r,layer=0 step=1i,rms_ratio=1");
    assertInstanceOf(Judging.Active.class, of(AlarmKind.UPDATE_SPIKE));
  }

  @Test
  void aLearningRateIsJudgedOnceALayerHasBeenWatchedLongEnough() {
    String line = "train_layer,run=r,layer=0 step=%di,update_rms=0.2,param_rms=0.1";
    feed(1, step -> "train_step,run=r step=1i,learning_rate=0.001");
    feed(5, step -> line.formatted(step));
    assertEquals(new Judging.WarmingUp(5, 32), of(AlarmKind.LEARNING_RATE_TOO_HIGH));
    feed(32, step -> line.formatted(5 + step));
    assertInstanceOf(Judging.Active.class, of(AlarmKind.LEARNING_RATE_TOO_HIGH));
  }

  @Test
  void aLossThatWasBelowZeroCannotBeForecast() {
    feed(
        100,
        step ->
            "train_step,run=r step=%di,loss=%s,learning_rate=0.1"
                .formatted(step, Math.sin(0.1 * step)));
    assertEquals(
        new Judging.NothingToJudgeBy("a loss that stays above 0"),
        of(AlarmKind.FORECAST_DIVERGENCE));
  }

  @Test
  void aRestoredRunIsJudgedAsBefore() {
    for (int lines : new int[] {1, 40, 200}) {
      feed(
          lines,
          step ->
              "train_step,run=r step=%d1i,loss=%s,grad_norm=1,update_rms=0.2"
                  .formatted(step, 5 - 0.01 * step));
      feed(
          lines,
          step -> "train_layer,run=r,layer=0 step=%d2i,rms_ratio=1,grad_rms=1".formatted(step));
      State.InMemory saved = State.saving(1 << 16);
      watch.exchange(saved);
      RunWatch restored = new RunWatch("r", RunWatch.DEFAULT_HORIZON_STEPS);
      restored.exchange(State.restoring(saved.toByteArray()));
      assertEquals(watch.judgings(), restored.judgings());
    }
  }

  @Test
  void everyNameInWhatIsNeededIsASignalOrAFieldOfTheConfiguration() {
    Set<String> known =
        Stream.of(
                Arrays.stream(Signal.values()).map(Signal::wireName),
                Arrays.stream(ConfigField.values()).map(ConfigField::wireName),
                Stream.of("run_config"))
            .flatMap(names -> names)
            .collect(Collectors.toSet());
    for (Judging judging : watch.judgings().byKind().values()) {
      if (judging instanceof Judging.NothingToJudgeBy nothing) {
        Matcher names = WIRE_NAME.matcher(nothing.needs());
        assertTrue(names.find(), nothing.needs());
        do {
          assertTrue(known.contains(names.group()), names.group() + " in " + nothing.needs());
        } while (names.find());
      }
    }
  }

  @Test
  void aDetectorReadsNoSignalThatItDoesNotName() {
    for (Detector detector : DetectorBank.fresh().all()) {
      Set<Signal> others = EnumSet.allOf(Signal.class);
      others.removeAll(detector.signals());
      Judging before = detector.judging();
      for (int step = 1; step <= 200; step++) {
        for (String layer : new String[] {null, "0"}) {
          Sample sample =
              layer == null
                  ? Sample.ofStep(step, step)
                  : Sample.ofLayer(layer, Sample.NO_HEAD, step, step);
          for (Signal signal : others) {
            boolean ofLine = signal.measurement() == sample.measurement();
            if (ofLine) {
              sample.set(signal, step % 7 == 0 ? 1e9 : 1);
            }
          }
          detector.update(
              sample,
              verdict -> assertEquals(AlarmKind.NONFINITE, verdict.kind(), verdict::message));
        }
      }
      assertEquals(before, detector.judging(), detector.kind().wireName());
    }
  }

  @Test
  void eachSignalNamesTheDetectorsThatReadIt() {
    assertEquals(
        EnumSet.of(
            AlarmKind.GRADIENT_SPIKE,
            AlarmKind.NONFINITE,
            AlarmKind.FORECAST_DIVERGENCE,
            AlarmKind.GRADIENT_ZERO,
            AlarmKind.NOT_LEARNING,
            AlarmKind.ROLLOUT_MISMATCH),
        JudgedBy.kinds(Signal.GRAD_NORM));
    assertEquals(
        EnumSet.of(AlarmKind.NONFINITE, AlarmKind.THROUGHPUT_DROP, AlarmKind.STRAGGLER),
        JudgedBy.kinds(Signal.STEP_SECONDS));
    assertEquals(
        EnumSet.of(AlarmKind.EVALUATION_REGRESSION), JudgedBy.kinds(Signal.EVALUATION_LOSS));
  }

  @Test
  void aForecastNamesWhatItWouldNeed() {
    Judgings judgings =
        new Judgings(
            Map.of(
                AlarmKind.NONFINITE, new Judging.Active(),
                AlarmKind.FORECAST_DIVERGENCE, new Judging.NothingToJudgeBy("learning_rate")));
    assertEquals("learning_rate", judgings.needs(AlarmKind.FORECAST_DIVERGENCE));
    assertNull(judgings.needs(AlarmKind.NONFINITE));
    assertNull(judgings.needs(AlarmKind.STALLED));
  }

  @Test
  void sentencesSayWhoJudgedWhoWarmedUpAndWhatIsMissing() {
    Judgings judgings =
        new Judgings(
            Map.of(
                AlarmKind.NONFINITE, new Judging.Active(),
                AlarmKind.LOSS_SPIKE, new Judging.Active(),
                AlarmKind.LOSS_PLATEAU, new Judging.WarmingUp(40, 128),
                AlarmKind.GRADIENT_SPIKE, new Judging.NothingToJudgeBy("grad_norm"),
                AlarmKind.GRADIENT_ZERO, new Judging.NothingToJudgeBy("grad_norm"),
                AlarmKind.EPSILON_FLOOR, new Judging.NothingToJudgeBy("grad_rms of layers")));
    assertEquals(
        List.of(
            "Judged by 2 of 6 detectors: loss_spike, nonfinite.",
            "Still warming up: loss_plateau (40 of 128 samples).",
            "Nothing to judge by: gradient_spike, gradient_zero need grad_norm; epsilon_floor needs"
                + " grad_rms of layers."),
        judgings.sentences());
    assertEquals(List.of(), Judgings.UNKNOWN.sentences());
  }

  @Test
  void aRunOfWhichOnlyNonFiniteValuesAreJudgedSaysSo() {
    assertEquals(
        "Only NaN and infinite values were judged (nonfinite), so a run without alarms may still be"
            + " unstable.",
        watch.judgings().sentences().get(0));
  }

  private Judging of(AlarmKind kind) {
    return watch.judgings().byKind().get(kind);
  }

  private void feed(int lines, IntFunction<String> line) {
    for (int i = 1; i <= lines; i++) {
      byte[] text = (line.apply(i) + " " + ++time).getBytes(StandardCharsets.UTF_8);
      Point point = new Point();
      try {
        new LineParser().parse(text, 0, text.length, point);
        watch.accept(point, alarm -> {});
      } catch (Exception e) {
        throw new AssertionError(line.apply(i), e);
      }
    }
  }
}
