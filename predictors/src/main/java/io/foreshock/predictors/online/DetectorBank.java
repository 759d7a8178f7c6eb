// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * All detectors of one run: a sample goes in, verdicts come out, worst first.
 *
 * <p><b>Edges.</b> In the first {@value #TOO_EARLY} steps of a watch nothing is critical: losses
 * and gradients move by factors then, and there is nothing to roll back to.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> The sum of the detectors'.
 */
final class DetectorBank {
  private static final int TOO_EARLY = 20;
  private static final Comparator<Verdict> WORST_FIRST =
      Comparator.comparing(Verdict::severity).reversed();

  private final Detector nonFinite = new NonFinite();
  private final List<Detector> detectors;
  private final Detector[] ofStep;
  private final Detector[] ofLayer;
  private final List<Verdict> found = new ArrayList<>();
  private final Consumer<Verdict> collect = found::add;
  private long firstStep = -1;

  /** Every detector there is, the forecast being one of them. */
  DetectorBank(int horizonSteps, Forecaster forecaster) {
    this(
        List.of(
            forecaster,
            new AttentionLogitGrowth(horizonSteps),
            new AttentionEntropyCollapse(horizonSteps),
            new OutputLogitDrift(horizonSteps),
            new LossSpike(),
            new LossDivergence(),
            new LossPlateau(),
            new DataRepetition(),
            new GradientSpike(),
            new UpdateSpike(),
            new LearningRateTooHigh(),
            new AdamBimodality(),
            new EpsilonFloor()));
  }

  DetectorBank(List<Detector> detectors) {
    this.detectors = List.copyOf(detectors);
    this.ofStep = takers(Measurement.TRAIN_STEP);
    this.ofLayer = takers(Measurement.TRAIN_LAYER);
  }

  /**
   * Takes the next sample in order; tells the verdicts, worst first.
   *
   * @throws RuntimeException what a detector threw, after all others have had their say: one
   *     detector's failure hides no other's alarm
   */
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    guardNonFinite(sample);
    RuntimeException failure = null;
    for (Detector detector : sample.layer() == null ? ofStep : ofLayer) {
      try {
        detector.update(sample, collect);
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (!found.isEmpty()) {
      tellWorstFirst(sample, verdicts);
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Learns what the run announced; to be repeated after a restore. */
  public void configure(RunConfig config) {
    nonFinite.configure(config);
    detectors.forEach(detector -> detector.configure(config));
  }

  /** Saves or restores all detectors. */
  public void exchange(State state) {
    firstStep = state.integer(firstStep);
    nonFinite.exchange(state);
    for (Detector detector : detectors) {
      detector.exchange(state);
    }
  }

  /** Every detector, the guard against non-finite values first. */
  List<Detector> all() {
    List<Detector> all = new ArrayList<>(detectors);
    all.add(0, nonFinite);
    return all;
  }

  private Detector[] takers(Measurement measurement) {
    return detectors.stream().filter(d -> d.takes(measurement)).toArray(Detector[]::new);
  }

  private void guardNonFinite(Sample sample) {
    if (firstStep < 0) {
      firstStep = sample.step();
    }
    nonFinite.update(sample, collect);
  }

  private void tellWorstFirst(Sample sample, Consumer<Verdict> verdicts) {
    if (sample.step() - firstStep < TOO_EARLY || sample.step() <= TOO_EARLY) {
      found.replaceAll(verdict -> verdict.atMost(Severity.WARNING));
    }
    if (found.size() > 1) {
      found.sort(WORST_FIRST);
    }
    found.forEach(verdicts);
    found.clear();
  }
}
