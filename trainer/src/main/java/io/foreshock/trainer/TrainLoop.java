// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.model.Gpt;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.probe.StepProbe;
import io.foreshock.trainer.probe.StepStatistics;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training loop.
 *
 * <p><b>Memory.</b> Arrays made in a step belong to the step's manager and end with it; the base
 * manager's arrays are constant from the first step on. <b>Threads.</b> For one thread, and one
 * loop at a time in a process, because the gradient collector is global.
 */
final class TrainLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TrainLoop.class);

  private final TrainConfig config;
  private final Run run;
  private final Control control;
  private final Batches batches;
  private final Reporter reporter;
  private final Progress progress;
  private final long checkpointEvery;
  private final NDManager manager;
  private final Gpt model;
  private final StepProbe probe;
  private final TrainHooks hooks;
  private long nonfiniteLosses;

  TrainLoop(
      NDManager manager,
      TrainConfig config,
      Run run,
      Control control,
      Batches batches,
      Reporter reporter,
      Progress progress,
      long checkpointEvery) {
    this.manager = manager;
    this.config = config;
    this.run = run;
    this.control = control;
    this.batches = batches;
    this.reporter = reporter;
    this.progress = progress;
    this.checkpointEvery = checkpointEvery;
    model = run.model();
    probe =
        new StepProbe(
            new ParameterLayout(config.model()),
            config.measuring().entropyEvery(),
            config.measuring().statistics());
    model.attentionBits(config.attentionBits());
    hooks = Faults.of(config, run, reporter);
  }

  /**
   * Trains from the run's current step to its last one, or until the run is ended; saves at the
   * start and at the end.
   */
  public void run() throws IOException, InterruptedException {
    reporter.configuration(config.announcement());
    run.saveOnce(); // so that a rollback always has a target
    hooks.beforeFirstStep();
    while (!control.ended() && run.state().step() < config.schedule().totalSteps()) {
      long startNanos = System.nanoTime();
      long t = run.state().step() + 1;
      hooks.beforeStep(t);
      try (NDManager step = manager.newSubManager()) {
        Batches.Batch batch = hooks.batch(batches, run.state().batch());
        NDArray inputs = step.create(batch.inputs());
        NDArray targets = step.create(batch.targets());
        NDArray leaf = run.parameters().leaf(step);
        probe.begin(t, reported(t), step);
        try (GradientCollector tape = Engine.getInstance().newGradientCollector()) {
          NDArray objective = model.objective(leaf, inputs, targets, probe);
          tape.backward(objective);
        }
        NDArray gradient = leaf.getGradient();
        NDArray normSquare = probe.gradient(gradient, run.parameters().flat());
        NDArray clip = run.clip().factor(normSquare, gradientClip(t));
        run.optimizer().update(t, learningRateFactor(t), gradient, clip, probe);
        report(t, batch, startNanos);
      }
      run.become(run.state().stepped());
      hooks.afterStep();
      saveWhenDue();
      control.obey();
    }
    run.saveOnce();
  }

  private double gradientClip(long step) {
    return run.state().adjustment().clipAt(step, config.clip().norm());
  }

  private double learningRateFactor(long step) {
    return config.schedule().factor(step)
        * run.state().adjustment().scaleAt(step)
        * hooks.learningRateFactor(step);
  }

  private boolean reported(long step) {
    return config.measuring().reports(step, config.schedule().totalSteps());
  }

  private void report(long t, Batches.Batch batch, long startNanos) {
    hooks.beforeReport(t, secondsSince(startNanos));
    StepStatistics statistics = probe.read(t, reporter.timeNanos());
    statistics
        .step()
        .set(Signal.LEARNING_RATE, config.optimizer().learningRate() * learningRateFactor(t))
        .set(Signal.TOKENS, t * config.batchTokens())
        .set(Signal.BATCH, batch.index())
        .set(Signal.STEP_SECONDS, hooks.reportedSeconds(t, secondsSince(startNanos)));
    if (statistics.step().nonfinite() > 0) {
      control.alarm();
    }
    endWhenNonfinite(statistics.step());
    if (reported(t)) {
      reporter.step(statistics, run.state().segment());
    }
    progress.step(statistics, reporter.counts());
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private void endWhenNonfinite(Sample step) {
    nonfiniteLosses = Double.isNaN(step.get(Signal.LOSS)) ? nonfiniteLosses + 1 : 0;
    long patience = config.endAfterNonfinite();
    if (patience > 0 && nonfiniteLosses >= patience && reported(step.step())) {
      LOG.info("step {}: the loss was not finite for {} steps", step.step(), nonfiniteLosses);
      control.end();
    }
  }

  /**
   * Saves a checkpoint when due; a failing disk does not end the run, because older ones are
   * intact.
   */
  private void saveWhenDue() {
    if (run.state().step() % checkpointEvery == 0) {
      try {
        run.saveOnce();
      } catch (IOException e) {
        LOG.warn("the checkpoint at step {} could not be saved", run.state().step(), e);
      }
    }
  }
}
