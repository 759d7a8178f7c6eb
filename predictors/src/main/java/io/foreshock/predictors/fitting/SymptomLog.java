// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.fitting;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.forecast.Scope;
import io.foreshock.predictors.forecast.Symptom;
import io.foreshock.predictors.forecast.Symptoms;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;

/**
 * The symptoms of one labelled run at each of its losses.
 *
 * <p>The log ends when the run goes back to an earlier step, because the rest is like another run.
 * <b>Threads.</b> Not safe. <b>Cost.</b> 4 bytes a symptom and step.
 */
public final class SymptomLog {
  private final RunLabel label;
  private final Symptoms symptoms = new Symptoms();
  private final double[] values = new double[Symptom.COUNT];
  private long[] steps = new long[512];
  private Scope[] scopes = new Scope[512];
  private float[][] rows = new float[512][];
  private int size;
  private boolean ended;

  /**
   * An empty log.
   *
   * @throws IllegalArgumentException when the run diverged and the label has no onset
   */
  public SymptomLog(RunLabel label) {
    if (label.runClass() != RunClass.HEALTHY && label.onset().isEmpty()) {
      throw new IllegalArgumentException(
          label.run() + ": onset: expected a step, the run is " + label.runClass().wireName());
    }
    this.label = label;
  }

  /** Sets the configuration that the run announced. */
  public void configure(RunConfig config) {
    symptoms.configure(config);
  }

  /** Reads the run's next line. */
  public void accept(Sample sample) {
    boolean step = sample.layer() == null;
    ended |= step && size > 0 && sample.step() <= steps[size - 1];
    if (ended) {
      return;
    }
    symptoms.accept(sample);
    Scope scope = symptoms.scope();
    if (scope != null && sample.has(Signal.LOSS)) {
      add(sample.step(), scope);
    }
  }

  RunLabel label() {
    return label;
  }

  int size() {
    return size;
  }

  long step(int i) {
    return steps[i];
  }

  /** Whether the i-th row has all signals of a scope. */
  boolean has(int i, Scope scope) {
    return scopes[i].includes(scope);
  }

  /** Writes the i-th row. */
  void read(int i, double[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] = rows[i][j];
    }
  }

  private void add(long step, Scope scope) {
    if (size == steps.length) {
      steps = Arrays.copyOf(steps, 2 * size);
      scopes = Arrays.copyOf(scopes, 2 * size);
      rows = Arrays.copyOf(rows, 2 * size);
    }
    symptoms.read(values);
    float[] row = new float[values.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) values[j];
    }
    steps[size] = step;
    scopes[size] = scope;
    rows[size] = row;
    size++;
  }
}
