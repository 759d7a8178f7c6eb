// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.StepReading;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A run of which the loss, and what Foreshock says, are made up: loss 1 and probability 0 but for
 * what is set.
 */
final class MadeRun {
  /** Scores the loss itself, and fires from 5 on. */
  static final List<Baseline> LOSS = List.of(new Baseline("T", "loss", 5, () -> StepReading::loss));

  private final String name;
  private final long steps;
  private final Map<Long, Double> losses = new TreeMap<>();
  private final Map<Long, Double> probabilities = new TreeMap<>();
  private final TreeSet<Long> criticals = new TreeSet<>();
  private double low = Double.NaN;
  private double high = Double.NaN;

  MadeRun(String name, long steps) {
    this.name = name;
    this.steps = steps;
  }

  MadeRun loss(long from, long to, double loss) {
    for (long step = from; step <= to; step++) {
      losses.put(step, loss);
    }
    return this;
  }

  MadeRun probability(long from, long to, double probability) {
    for (long step = from; step <= to; step++) {
      probabilities.put(step, probability);
    }
    return this;
  }

  MadeRun eta(double lowSteps, double highSteps) {
    low = lowSteps;
    high = highSteps;
    return this;
  }

  MadeRun critical(long... at) {
    for (long step : at) {
      criticals.add(step);
    }
    return this;
  }

  JudgedRun healthy() {
    return judged(RunClass.HEALTHY, OptionalLong.empty(), List.of());
  }

  JudgedRun predictable(long onset) {
    return judged(RunClass.PREDICTABLE, OptionalLong.of(onset), List.of());
  }

  JudgedRun sudden(long onset, Long... struck) {
    return judged(RunClass.SUDDEN, OptionalLong.of(onset), List.of(struck));
  }

  private JudgedRun judged(RunClass runClass, OptionalLong onset, List<Long> struck) {
    RunLabel label =
        new RunLabel(name, runClass, onset, steps, struck, Map.of("length", "" + steps));
    return new JudgedRun(label, trace());
  }

  RunTrace trace() {
    RunRecorder recorder = new RunRecorder(name, LOSS);
    for (long step = 1; step <= steps; step++) {
      recorder.accept(Sample.ofStep(step, step).set(Signal.LOSS, losses.getOrDefault(step, 1.0)));
      double probability = probabilities.getOrDefault(step, 0.0);
      recorder.forecast(new Forecast(probability, 200, (low + high) / 2, low, high));
      if (criticals.contains(step)) {
        recorder.critical();
        recorder.warning();
      }
    }
    return recorder.finish();
  }
}
