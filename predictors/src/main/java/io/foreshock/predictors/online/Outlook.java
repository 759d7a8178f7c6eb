// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.stats.State;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Chance that the run diverges within the horizon, from what the detectors say.
 *
 * <p><b>Definition.</b> Noisy-or: p = 1 − Π (1 − p_g) over the groups of signals that fail
 * together: attention, output logits, optimizer, loss, non-finite values, and a base rate. p_g is
 * the group's worst standing verdict: info {@value #INFO}, warning {@value #WARNING}, critical
 * {@value #CRITICAL}. A verdict stands for {@value #STANDS} steps seen after it was last given. The
 * ETA is the soonest that a standing warning gives. When several warnings of different groups make
 * p ≥ {@value #ALARMING} although none is critical by itself, the forecast itself is.
 *
 * <p><b>Edges.</b> Works from whatever signals there are; NaN before the first step. The weights
 * are a first, rounded judgement and not calibrated.
 *
 * <p><b>Source.</b> Pearl 1988, §4.3.2 (noisy-or); weights our own.
 */
final class Outlook {
  private static final double BASE = 0.01;
  private static final double INFO = 0.05;
  private static final double WARNING = 0.45;
  private static final double CRITICAL = 0.9;
  private static final double ALARMING = 0.8;

  /** Two groups at warning, or one at critical. */
  private static final double NOTEWORTHY = 0.65;

  private static final int STANDS = 16;

  private static final AlarmKind[] KINDS = AlarmKind.values();
  private static final int GROUPS = 5;

  private final int horizonSteps;
  private final int[] severity = new int[KINDS.length];
  private final long[] lastSeen = new long[KINDS.length];
  private final double[] eta = new double[KINDS.length];
  private final double[] etaLow = new double[KINDS.length];
  private final double[] etaHigh = new double[KINDS.length];
  private final double[] groupChance = new double[GROUPS];
  private long stepsSeen;

  Outlook(int horizonSteps) {
    this.horizonSteps = horizonSteps;
    Arrays.fill(severity, -1);
  }

  /** Lets a new step begin. */
  void nextStep() {
    stepsSeen++;
    for (int i = 0; i < severity.length; i++) {
      if (stepsSeen - lastSeen[i] > STANDS) {
        severity[i] = -1;
      }
    }
  }

  /** Weighs a verdict. */
  void weigh(Verdict verdict) {
    int kind = verdict.kind().ordinal();
    int given = verdict.severity().ordinal();
    boolean renewed = given >= severity[kind] || lastSeen[kind] < stepsSeen;
    if (renewed) {
      severity[kind] = Math.max(given, lastSeen[kind] < stepsSeen ? given : severity[kind]);
      eta[kind] = verdict.etaSteps();
      etaLow[kind] = verdict.etaLow();
      etaHigh[kind] = verdict.etaHigh();
    }
    lastSeen[kind] = stepsSeen;
  }

  /** The outlook now. */
  Forecast forecast() {
    if (stepsSeen == 0) {
      return new Forecast(Double.NaN, horizonSteps, Double.NaN, Double.NaN, Double.NaN);
    }
    int soonest = -1;
    for (int i = 0; i < severity.length; i++) {
      boolean counts = severity[i] >= Severity.WARNING.ordinal() && eta[i] >= 0;
      if (counts && (soonest < 0 || eta[i] < eta[soonest])) {
        soonest = i;
      }
    }
    return soonest < 0 || Double.isInfinite(eta[soonest])
        ? new Forecast(probability(), horizonSteps, Double.NaN, Double.NaN, Double.NaN)
        : new Forecast(
            probability(), horizonSteps, eta[soonest], etaLow[soonest], etaHigh[soonest]);
  }

  /** Tells of a divergence that only the sum of the warnings foresees. */
  void tell(Consumer<Verdict> verdicts) {
    int worst = -1;
    for (int given : severity) {
      worst = Math.max(worst, given);
    }
    if (worst != Severity.WARNING.ordinal()) {
      return;
    }
    double probability = probability();
    if (probability < NOTEWORTHY) {
      return;
    }
    Forecast forecast = forecast();
    Map<String, Object> evidence = standing();
    Finding finding =
        new Finding(
                AlarmKind.FORECAST_DIVERGENCE,
                probability >= ALARMING ? Severity.CRITICAL : Severity.WARNING,
                null)
            .value(probability, ALARMING)
            .eta(forecast.etaSteps(), forecast.low(), forecast.high())
            .probability(probability);
    evidence.forEach(finding::evidence);
    finding.tell(
        verdicts,
        "Together, "
            + String.join(", ", evidence.keySet())
            + " make a divergence within "
            + horizonSteps
            + " steps "
            + Finding.figure(100 * probability)
            + " % likely.");
  }

  void exchange(State state) {
    stepsSeen = state.integer(stepsSeen);
    for (int i = 0; i < severity.length; i++) {
      severity[i] = (int) state.integer(severity[i]);
      lastSeen[i] = state.integer(lastSeen[i]);
    }
    state.reals(eta);
    state.reals(etaLow);
    state.reals(etaHigh);
  }

  private double probability() {
    Arrays.fill(groupChance, 0);
    for (int i = 0; i < severity.length; i++) {
      if (severity[i] >= 0) {
        int group = group(KINDS[i]);
        groupChance[group] = Math.max(groupChance[group], chance(severity[i]));
      }
    }
    double escape = 1 - BASE;
    for (double chance : groupChance) {
      escape *= 1 - chance;
    }
    return 1 - escape;
  }

  private Map<String, Object> standing() {
    Map<String, Object> kinds = new LinkedHashMap<>();
    for (int i = 0; i < severity.length; i++) {
      if (severity[i] >= Severity.WARNING.ordinal()) {
        kinds.put(KINDS[i].wireName(), chance(severity[i]));
      }
    }
    return kinds;
  }

  private static double chance(int severity) {
    return severity == 0 ? INFO : severity == 1 ? WARNING : CRITICAL;
  }

  /** Kinds of one group share a cause, so only the worst of them counts. */
  private static int group(AlarmKind kind) {
    return switch (kind) {
      case ATTENTION_LOGIT_GROWTH, ATTENTION_ENTROPY_COLLAPSE -> 0;
      case OUTPUT_LOGIT_DRIFT -> 1;
      case GRADIENT_SPIKE, UPDATE_SPIKE, ADAM_BIMODALITY, EPSILON_FLOOR, LEARNING_RATE_TOO_HIGH ->
          2;
      case LOSS_SPIKE, LOSS_DIVERGENCE, LOSS_PLATEAU, DATA_REPETITION -> 3;
      case NONFINITE, STALLED, FORECAST_DIVERGENCE -> 4;
    };
  }
}
