// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All detectors of one run. A sample goes in, and verdicts come out, worst first.
 *
 * <p><b>Edges.</b> In the first {@value #TOO_EARLY} steps of a watch most detectors are not
 * critical, because losses and gradients then change by factors ({@link
 * Detector#judgesFromFirstStep}).
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> The sum of the detectors' costs.
 */
final class DetectorBank {
  private static final int TOO_EARLY = 20;
  private static final Comparator<Verdict> WORST_FIRST =
      Comparator.comparing(Verdict::severity).reversed();

  private final Detector nonFinite = new NonFinite();
  private final List<Detector> detectors;
  private final Readers ofStep;
  private final Readers ofLayer;
  private final Readers ofEvaluation;
  private final List<Verdict> found = new ArrayList<>();
  private final Consumer<Verdict> collect = this::collect;
  private long firstStep = -1;
  private boolean capped;

  /**
   * The detectors that read a measurement.
   *
   * @param signals for each detector its signals: bit i is that of ordinal i
   */
  private record Readers(Detector[] detectors, long[] signals) {
    static Readers of(Measurement measurement, List<Detector> all) {
      Detector[] readers = all.stream().filter(d -> d.reads(measurement)).toArray(Detector[]::new);
      return new Readers(readers, Arrays.stream(readers).mapToLong(Readers::signals).toArray());
    }

    private static long signals(Detector detector) {
      return detector.signals().stream().mapToLong(signal -> 1L << signal.ordinal()).sum();
    }
  }

  /** A bank of every detector, including the forecast. */
  DetectorBank(int horizonSteps, Forecaster forecaster) {
    this(
        List.of(
            forecaster,
            new LossZero(),
            new GradientZero(),
            new AttentionLogitGrowth(horizonSteps),
            new AttentionEntropyCollapse(horizonSteps),
            new OutputLogitDrift(horizonSteps),
            new LossSpike(),
            new LossDivergence(),
            new LossPlateau(),
            new NotLearning(),
            new DataRepetition(),
            new GradientSpike(),
            new UpdateSpike(),
            new LearningRateTooHigh(),
            new AdamBimodality(),
            new EpsilonFloor(),
            new DroppedTokens(),
            new RouterEntropyCollapse(),
            new ExpertOverload(),
            new RouterBiasGrowth(),
            new PolicyCollapse(),
            new KlGrowth(),
            new NoRewardSpread(),
            new RolloutMismatch(),
            new EvaluationRegression(),
            new StepsSkipped(),
            new LossScaleCollapse(),
            new ParamNormGrowth(),
            new UpdateClipping(),
            new ThroughputDrop(),
            new LossFloor()));
  }

  /** A bank over a new run, with the forecast that is shipped. */
  static DetectorBank fresh() {
    int horizon = RunWatch.DEFAULT_HORIZON_STEPS;
    return new DetectorBank(horizon, new Forecaster(horizon, DivergenceModel.shipped()));
  }

  DetectorBank(List<Detector> detectors) {
    this.detectors = List.copyOf(detectors);
    this.ofStep = Readers.of(Measurement.TRAIN_STEP, detectors);
    this.ofLayer = Readers.of(Measurement.TRAIN_LAYER, detectors);
    this.ofEvaluation = Readers.of(Measurement.EVALUATION, detectors);
  }

  /**
   * Feeds the next sample in order to the detectors and emits the verdicts, worst first.
   *
   * @throws RuntimeException what a detector threw, after all others have read the sample, so that
   *     the failure of one detector hides no alarm of another
   */
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    boolean evaluation = sample.measurement() == Measurement.EVALUATION;
    if (firstStep < 0 && !evaluation) {
      firstStep = sample.step();
    }
    boolean early = sample.step() - firstStep < TOO_EARLY || sample.step() <= TOO_EARLY;
    capped = false;
    nonFinite.update(sample, collect);
    @Nullable RuntimeException failure = null;
    Readers readers = sample.layer() == null ? ofStep : evaluation ? ofEvaluation : ofLayer;
    long sent = sample.present() | sample.broken();
    for (int i = 0; i < readers.detectors.length; i++) {
      if ((readers.signals[i] & sent) == 0) {
        continue; // it would find nothing, and most runs lack the signals of most detectors
      }
      Detector detector = readers.detectors[i];
      capped = early && !detector.judgesFromFirstStep();
      try {
        detector.update(sample, collect);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (!found.isEmpty()) {
      emitWorstFirst(verdicts);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Passes on the configuration that the run announced. Call it again after a restore. */
  public void configure(RunConfig config) {
    nonFinite.configure(config);
    detectors.forEach(detector -> detector.configure(config));
  }

  /** Passes on that level and noise may change from now on. */
  void boundary() {
    detectors.forEach(Detector::boundary);
  }

  /** Saves or restores all detectors. */
  public void exchange(State state) {
    firstStep = state.integer(firstStep);
    nonFinite.exchange(state);
    for (Detector detector : detectors) {
      detector.exchange(state);
    }
  }

  /** Which detectors can judge the run now. */
  Judgings judgings() {
    return Judgings.of(all());
  }

  /** Every detector; the one for non-finite values comes first. */
  List<Detector> all() {
    List<Detector> all = new ArrayList<>(detectors);
    all.add(0, nonFinite);
    return all;
  }

  private void collect(Verdict verdict) {
    found.add(capped ? verdict.atMost(Severity.WARNING) : verdict);
  }

  private void emitWorstFirst(Consumer<Verdict> verdicts) {
    if (found.size() > 1) {
      found.sort(WORST_FIRST);
    }
    found.forEach(verdicts);
    found.clear();
  }
}
