// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.disturbance.Disturbances;

/**
 * Puts a run's {@link Disturbances} into its training loop.
 *
 * <p><b>Threads.</b> For the training thread only. <b>Cost.</b> One check of each disturbance in
 * every step, and the states that {@link Rewinding} keeps.
 */
final class Faults implements TrainHooks {
  private final Disturbances disturbances;
  private final Run run;
  private final Reporter reporter;
  private final Rewinding rewinding;
  private final RunConfig announcement;
  private final int configuredBits;

  private Faults(TrainConfig config, Run run, Reporter reporter) {
    this.run = run;
    this.reporter = reporter;
    disturbances = config.disturbances();
    rewinding = new Rewinding(run, disturbances.resumes());
    announcement = config.announcement();
    configuredBits = config.attentionBits();
  }

  /** Returns the hooks for a run's configuration; they do nothing without disturbances. */
  static TrainHooks of(TrainConfig config, Run run, Reporter reporter) {
    return config.disturbances().list().isEmpty()
        ? TrainHooks.NONE
        : new Faults(config, run, reporter);
  }

  @Override
  public void beforeFirstStep() {
    rewinding.keepOrGoBack(); // a run may go back to its beginning
  }

  @Override
  public void beforeStep(long step) {
    run.model().attentionBits(disturbances.attentionBits(step, configuredBits));
  }

  @Override
  public Batches.Batch batch(Batches batches, long index) {
    return disturbances.batch(batches, index);
  }

  @Override
  public double learningRateFactor(long step) {
    return disturbances.rate(step);
  }

  @Override
  public void beforeReport(long step, double seconds) {
    reporter.delay(Math.max(0, slowness(step) - seconds));
  }

  @Override
  public double reportedSeconds(long step, double seconds) {
    return Math.max(slowness(step), seconds);
  }

  /** A resume announces the configuration again, as a restarted process does. */
  @Override
  public void afterStep() {
    if (rewinding.keepOrGoBack()) {
      reporter.configuration(announcement);
    }
  }

  /** Seconds that the step is reported to take at least; 0 without a fault. */
  private double slowness(long step) {
    return disturbances.seconds(step).orElse(0);
  }
}
