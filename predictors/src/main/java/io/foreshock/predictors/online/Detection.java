// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Summarizer;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.function.Consumer;

/** The state that a rollback rewinds: detectors, forecast, newest step and newest loss. */
final class Detection {
  private final DetectorBank bank;
  private final Forecaster forecaster;
  private long seenStep = -1;
  private double lastLoss = Double.NaN;

  Detection(int horizonSteps, DivergenceModel model) {
    forecaster = new Forecaster(horizonSteps, model);
    bank = new DetectorBank(horizonSteps, forecaster);
  }

  /** Whether the sample begins a new step. */
  boolean isNextStep(Sample sample) {
    return sample.step() > seenStep;
  }

  /** Feeds a sample to every detector. One of an evaluation is no step. */
  void feed(Sample sample, Consumer<Verdict> verdicts) {
    if (isNextStep(sample) && sample.measurement() != Measurement.EVALUATION) {
      seenStep = sample.step();
    }
    bank.update(sample, verdicts);
    if (sample.has(Signal.LOSS)) {
      lastLoss = sample.get(Signal.LOSS);
    }
  }

  /** Passes on that level and noise may change from now on. */
  void boundary() {
    bank.boundary();
  }

  void configure(RunConfig config) {
    bank.configure(config);
  }

  /** Sets the bands that runs of other sizes predict. Call it again after a restore. */
  void expect(List<Band> bands) {
    forecaster.expect(bands);
  }

  Judgings judgings() {
    return bank.judgings();
  }

  Summarizer summary() {
    return forecaster.summary();
  }

  Forecast forecast() {
    return forecaster.forecast();
  }

  /** Highest step that was fed; -1 for none. */
  long seenStep() {
    return seenStep;
  }

  double lastLoss() {
    return lastLoss;
  }

  /**
   * Sets the newest loss of a run whose state is missing. It is shown only; no baseline uses it.
   */
  void resume(double newestLoss) {
    lastLoss = newestLoss;
  }

  void exchange(State state) {
    seenStep = state.integer(seenStep);
    lastLoss = state.real(lastLoss);
    bank.exchange(state);
  }
}
