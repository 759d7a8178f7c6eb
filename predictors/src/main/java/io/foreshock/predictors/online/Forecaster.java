// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.forecast.Hold;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Symptoms;
import io.foreshock.predictors.forecast.Weights;
import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Summarizer;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Chance that the run diverges within the horizon, and when; told as an alarm of its own when it is
 * high.
 *
 * <p><b>Definition.</b> p from the {@link DivergenceModel} over the run's {@link Symptoms}. The
 * alarm: warning or critical once p has been above the model's threshold for {@value Hold#SAMPLES}
 * samples; the evidence is what each of the heaviest symptoms adds to the log odds. ETA: with the
 * constant hazard that p implies, its median and the interval from the 10th to the 90th percentile;
 * told from p ≥ {@value #WORTH_AN_ETA}.
 *
 * <p>A run that leaves the bands that runs of other sizes predict for it ({@link OffTrend}) is
 * noteworthy whatever the model says, and no more by that alone: of runs that ended well 2 % did on
 * two sweeps and up to a quarter on others, of those that did not hardly more, for a doomed run
 * follows the band of the doomed (docs/science.md).
 *
 * <p><b>Edges.</b> Works from whatever is told of the run ({@link Scope}); NaN before there is
 * enough of the loss; judged anew with every loss. Warnings end when p falls below {@value #EASES}
 * of the threshold.
 */
final class Forecaster implements Detector {
  private static final double WORTH_AN_ETA = 0.2;
  private static final int EVIDENCE = 5;

  /** Of the evidence, in the message. */
  private static final int TOLD = 3;

  private static final double LEAST_EVIDENCE = 0.1;

  /** Keeps an alarm from flickering about its threshold. */
  private static final double EASES = 0.8;

  private final int horizonSteps;
  private final DivergenceModel model;
  private final Symptoms symptoms = new Symptoms();
  private final Summarizer summary = new Summarizer();
  private final OffTrend offTrend = new OffTrend();
  private final double[] values = new double[Symptom.COUNT];
  private final Hold warning = new Hold();
  private final Hold critical = new Hold();
  private double probability = Double.NaN;
  private boolean warned;
  private boolean alarmed;

  Forecaster(int horizonSteps, DivergenceModel model) {
    this.horizonSteps = horizonSteps;
    this.model = model;
  }

  @Override
  public void configure(RunConfig config) {
    symptoms.configure(config);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    symptoms.accept(sample);
    summary.accept(sample);
    Scope scope = symptoms.scope();
    if (scope == null || !sample.has(Signal.LOSS)) {
      return;
    }
    Weights weights = model.weights(scope);
    symptoms.read(values);
    probability = weights.probability(values);
    offTrend.update(sample, summary);
    warned = warning.holds(probability >= (warned ? EASES : 1) * weights.warning());
    alarmed = critical.holds(probability >= (alarmed ? EASES : 1) * weights.critical());
    if (warned || alarmed || offTrend.off()) {
      tell(weights, verdicts);
    }
  }

  /** Sets what runs of other sizes and rates predict for this one; not part of the state. */
  void expect(List<Band> bands) {
    offTrend.expect(bands);
  }

  /** What others can be judged by. */
  Summarizer summary() {
    return summary;
  }

  /** The probability of divergence now. */
  Forecast forecast() {
    double chance = DivergenceModel.within(probability, horizonSteps);
    if (!(probability >= WORTH_AN_ETA)) {
      return new Forecast(chance, horizonSteps, Double.NaN, Double.NaN, Double.NaN);
    }
    return new Forecast(chance, horizonSteps, steps(0.5), steps(0.1), steps(0.9));
  }

  @Override
  public void exchange(State state) {
    symptoms.exchange(state);
    summary.exchange(state);
    offTrend.exchange(state);
    warning.exchange(state);
    critical.exchange(state);
    probability = state.real(probability);
    warned = state.flag(warned);
    alarmed = state.flag(alarmed);
  }

  /** Steps until the run has diverged with this chance. */
  private double steps(double chance) {
    double hazard = -Math.log1p(-probability) / DivergenceModel.FITTED_HORIZON;
    return Double.isInfinite(hazard) ? 0 : -Math.log1p(-chance) / hazard;
  }

  private void tell(Weights weights, Consumer<Verdict> verdicts) {
    Forecast forecast = forecast();
    Finding finding =
        new Finding(AlarmKind.FORECAST_DIVERGENCE, severity(), null)
            .value(probability, alarmed ? weights.critical() : weights.warning())
            .eta(forecast.etaSteps(), forecast.low(), forecast.high())
            .probability(forecast.probability());
    List<Symptom> heaviest = heaviest(weights);
    List<String> meanings = new ArrayList<>();
    String layer = null;
    if (offTrend.off()) {
      finding.evidence("off_trend", offTrend.signal().wireName());
      meanings.add(offTrend.text());
    }
    for (Symptom symptom : heaviest) {
      finding.evidence(symptom.wireName(), weights.contribution(symptom, values));
      if (layer == null) {
        layer = symptoms.layer(symptom);
      }
      if (meanings.size() < TOLD) {
        meanings.add(symptom.meaning());
      }
    }
    if (layer != null) {
      finding.evidence("worst_layer", layer); // of the heaviest symptom that layers show
    }
    finding.tell(
        verdicts,
        "A divergence within "
            + horizonSteps
            + " steps is "
            + Finding.figure(100 * forecast.probability())
            + " % likely"
            + (meanings.isEmpty() ? "." : ". Seen: " + String.join(", ", meanings) + "."));
  }

  private Severity severity() {
    return alarmed ? Severity.CRITICAL : warned ? Severity.WARNING : Severity.INFO;
  }

  private List<Symptom> heaviest(Weights weights) {
    List<Symptom> heaviest = new ArrayList<>();
    for (Symptom symptom : Symptom.values()) {
      if (weights.contribution(symptom, values) > LEAST_EVIDENCE) {
        heaviest.add(symptom);
      }
    }
    heaviest.sort(
        Comparator.comparingDouble((Symptom s) -> weights.contribution(s, values)).reversed());
    return heaviest.size() > EVIDENCE ? heaviest.subList(0, EVIDENCE) : heaviest;
  }
}
