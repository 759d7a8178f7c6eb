// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.function.Consumer;

/** Placeholder of the next slice. */
public final class NotLearning implements Detector {
  private int samples;

  @Override
  public AlarmKind kind() {
    return AlarmKind.NOT_LEARNING;
  }

  @Override
  public Judging judging() {
    return Judging.of(samples, 1, Signal.LOSS.wireName());
  }

  @Override
  public boolean reads(Measurement measurement) {
    return measurement == Measurement.TRAIN_STEP;
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {}

  @Override
  public void exchange(State state) {
    samples = (int) state.integer(samples);
  }
}
