// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation.baseline;

import java.util.List;

/**
 * All published rules that can be computed from the telemetry.
 *
 * <p>Left out: those that need every element of the gradient (SPAM), each tensor's (AdaGC), or the
 * activations (kurtosis).
 */
public final class Baselines {
  private static final double OFF = Double.POSITIVE_INFINITY;

  private static final List<Baseline> ALL =
      List.of(
          new Baseline("B1", "OLMo-core skip step: mean + 6σ of 128", above(6), SkipStep::olmo),
          new Baseline(
              "B2", "OLMo-core spike score: mean + 6σ of 128", above(6), StabilityMonitor::new),
          new Baseline("B3", "OLMo early stopping: factor × lowest loss", OFF, EarlyStopping::new),
          new Baseline(
              "B4",
              "LLM Foundry KillLossSpike: 2 × mean, 5 in a row",
              KillLossSpike.MULTIPLIER,
              KillLossSpike::new),
          new Baseline(
              "B5",
              "Composer NaN monitor: loss",
              1,
              () -> s -> Double.isNaN(s.loss()) ? 1 : Double.NaN),
          new Baseline("B6", "Megatron rerun: 10 × largest of 100", 10, SpikyLoss::new),
          new Baseline("B7", "Megatron skip: gradient norm", OFF, () -> StepReading::gradNorm),
          new Baseline(
              "B8",
              "Megatron QK-clip: attention logit > 100",
              above(100),
              () -> StepReading::attentionLogitMax),
          new Baseline(
              "B9",
              "Lightning spike detection: 3 × mean of 10",
              SpikeDetection.TOLERANCE,
              SpikeDetection::new),
          new Baseline("B10", "Levanter skip step: mean + 6σ of 128", above(6), SkipStep::levanter),
          new Baseline(
              "B10u", "Levanter update clip: mean + 3σ of 128", above(3), UpdateNormClip::new),
          new Baseline("B11", "MaxText skip step: mean + 6σ of 128", above(6), SkipStep::olmo),
          new Baseline(
              "B12",
              "FlagScale: 20 % above last good loss",
              LastGoodLoss.TOLERANCE,
              LastGoodLoss::new),
          new Baseline("B13", "metaseq: loss above its average", above(1), LossDamping::new),
          new Baseline("B14", "llm.c: z in its own window of 128", OFF, OutlierDetector::new),
          new Baseline(
              "B15",
              "torchtitan: loss or gradient norm not finite",
              1,
              () -> s -> Double.isNaN(s.loss()) || Double.isNaN(s.gradNorm()) ? 1 : Double.NaN),
          new Baseline("B16", "ZClip: z > 2.5", above(ZClip.Z), ZClip::new),
          new Baseline("B19", "StableAdamW: RMS_t ≥ 2.3", 2.3, () -> StepReading::rmsRatio),
          new Baseline(
              "L3",
              "fixed limit: attention logit > 1e3",
              above(1e3),
              () -> StepReading::attentionLogitMax),
          new Baseline(
              "L4",
              "fixed limit: attention logit > 1e4",
              above(1e4),
              () -> StepReading::attentionLogitMax),
          new Baseline(
              "M1",
              "trainscope CUSUM: h = 6",
              Cusum.H,
              () -> new Cusum(Cusum.H),
              () -> new Cusum(OFF)),
          new Baseline("M2", "trainscope: |z| > 3.5 of 200", above(3.5), ZScore::new),
          new Baseline(
              "M3", "median and MAD of 64, count of 3", MedianOutliers.ENOUGH, MedianOutliers::new),
          new Baseline("C1", "configuration only: 10 × usual rate", 1, ConfigurationOnly::new));

  private Baselines() {}

  /**
   * The rule of that name, such as {@code B1}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Baseline named(String id) {
    return ALL.stream()
        .filter(baseline -> baseline.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    id + ": expected one of " + ALL.stream().map(Baseline::id).toList()));
  }

  /** The rules, in the order of the table. */
  public static List<Baseline> all() {
    return ALL;
  }

  /**
   * A rule of the user's own, whose scores {@link StepCollector#own} receives.
   *
   * @param name its condition
   * @param threshold it fires above this score
   */
  public static Baseline own(String name, double threshold) {
    return new Baseline("U", name, above(threshold), () -> StepReading::own);
  }

  /** Returns the threshold of a rule that fires only above it. */
  private static double above(double threshold) {
    return Math.nextUp(threshold);
  }
}
