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
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts the probability that the run diverges within the horizon, and raises an alarm when it
 * is high.
 *
 * <p><b>Definition.</b> p is the probability of the {@link DivergenceModel} over the run's {@link
 * Symptoms}. Alarm: warning or critical once p has been above the model's threshold for {@value
 * Hold#SAMPLES} samples and {@value Hold#STEPS} steps. The evidence is what each of the heaviest
 * symptoms adds to the log odds. ETA: with the constant hazard that p implies, its median and the
 * interval from the 10th to the 90th percentile; given from p ≥ {@value #WORTH_AN_ETA}.
 *
 * <p><b>Bands.</b> A run that leaves the bands predicted by runs of other sizes ({@link OffTrend})
 * is reported as info only, because leaving a band separates stable from unstable runs poorly. On
 * the first two sweeps 3 of 143 stable runs and 7 of 69 unstable runs left their bands; on three
 * others 15 of 63 and 11 of 17 (docs/science.md). A run that is going to fail often follows the
 * band of earlier failed runs.
 *
 * <p><b>Edges.</b> Uses whatever signals the run sends ({@link Scope}). The probability is NaN
 * until there are enough losses, and where a divergence cannot be foreseen from what is sent; it is
 * computed again with every loss. A warning ends when p falls below {@value #EASES} of the
 * threshold.
 */
final class Forecaster implements Detector {
  private static final double WORTH_AN_ETA = 0.2;
  private static final int EVIDENCE = 5;

  /** Number of symptoms that the message names. */
  private static final int SYMPTOMS_IN_MESSAGE = 3;

  private static final double LEAST_EVIDENCE = 0.1;

  /** What {@link Symptoms} and {@link Summarizer} read. */
  private static final Set<Signal> SIGNALS =
      Set.of(
          Signal.LOSS,
          Signal.LEARNING_RATE,
          Signal.GRAD_NORM,
          Signal.UPDATE_RMS,
          Signal.LOGIT_MAX,
          Signal.LOG_Z_SQUARE_MEAN,
          Signal.ATTENTION_LOGIT_MAX,
          Signal.ATTENTION_ENTROPY,
          Signal.GRAD_RMS,
          Signal.PARAM_RMS,
          Signal.LAYER_UPDATE_RMS,
          Signal.RMS_RATIO,
          Signal.OUTPUT_RMS);

  /** Share of the threshold; below 1 so that an alarm does not flicker around it. */
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
  public AlarmKind kind() {
    return AlarmKind.FORECAST_DIVERGENCE;
  }

  @Override
  public Set<Signal> signals() {
    return SIGNALS;
  }

  @Override
  public Judging judging() {
    Scope scope = symptoms.scope();
    if (scope != null) {
      return model.weights(scope) == null
          ? new Judging.NothingToJudgeBy(
              "learning_rate, or a signal of layers such as attention_logit_max, beside the loss")
          : new Judging.Active();
    }
    return symptoms.losses() == Symptoms.WARM_UP
        ? new Judging.NothingToJudgeBy("a loss that stays above 0")
        : Judging.of(symptoms.losses(), Symptoms.WARM_UP, Signal.LOSS.wireName());
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
    if (weights == null) {
      probability = Double.NaN;
      warned = false;
      alarmed = false;
      return;
    }
    symptoms.read(values);
    probability = weights.probability(values);
    offTrend.update(sample, summary);
    warned = warning.holds(sample.step(), probability >= (warned ? EASES : 1) * weights.warning());
    alarmed =
        critical.holds(sample.step(), probability >= (alarmed ? EASES : 1) * weights.critical());
    if (warned || alarmed || offTrend.off()) {
      emit(weights, verdicts);
    }
  }

  /** Sets the bands that runs of other sizes and learning rates predict; not part of the state. */
  void expect(List<Band> bands) {
    offTrend.expect(bands);
  }

  /** Summary of this run, by which other runs can be judged. */
  Summarizer summary() {
    return summary;
  }

  /** The current probability of divergence, with an ETA when it is high. */
  Forecast forecast() {
    double chance = DivergenceModel.within(probability, horizonSteps);
    if (!(probability >= WORTH_AN_ETA)) {
      return new Forecast(chance, horizonSteps, Double.NaN, Double.NaN, Double.NaN);
    }
    return new Forecast(chance, horizonSteps, steps(0.5), steps(0.1), steps(0.9));
  }

  /** What the loss, the norm and the updates were before says nothing about the new stage. */
  @Override
  public void boundary() {
    symptoms.boundary();
    probability = Double.NaN;
    warned = false;
    alarmed = false;
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

  /** Number of steps within which the run diverges with this probability. */
  private double steps(double chance) {
    double hazard = -Math.log1p(-probability) / DivergenceModel.FITTED_HORIZON;
    return Double.isInfinite(hazard) ? 0 : -Math.log1p(-chance) / hazard;
  }

  private void emit(Weights weights, Consumer<Verdict> verdicts) {
    Forecast forecast = forecast();
    Finding finding =
        new Finding(AlarmKind.FORECAST_DIVERGENCE, severity(), null)
            .value(probability, alarmed ? weights.critical() : weights.warning())
            .eta(forecast.etaSteps(), forecast.low(), forecast.high())
            .probability(forecast.probability());
    List<Symptom> heaviest = heaviest(weights);
    List<String> meanings = new ArrayList<>();
    @Nullable String layer = null;
    if (offTrend.off()) {
      finding.evidence("off_trend", offTrend.signal().wireName());
      meanings.add(offTrend.text());
    }
    for (Symptom symptom : heaviest) {
      finding.evidence(symptom.wireName(), weights.contribution(symptom, values));
      if (layer == null) {
        layer = symptoms.layer(symptom);
      }
      if (meanings.size() < SYMPTOMS_IN_MESSAGE) {
        meanings.add(symptom.meaning());
      }
    }
    if (layer != null) {
      finding.evidence("worst_layer", layer); // of the heaviest symptom that has a layer
    }
    finding.emit(
        verdicts,
        "The run diverges within "
            + horizonSteps
            + " steps with a probability of "
            + percent(forecast.probability())
            + " %"
            + (meanings.isEmpty() ? "." : ". Seen: " + String.join(", ", meanings) + "."));
  }

  /** A probability in whole percent, never 0 or 100, because no forecast is certain. */
  private static String percent(double probability) {
    return probability < 0.01
        ? "less than 1"
        : probability > 0.99 ? "more than 99" : Long.toString(Math.round(100 * probability));
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
