// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.trainer.link.Outbox;
import io.foreshock.trainer.probe.StepStatistics;
import java.util.ArrayDeque;
import java.util.Deque;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the progress of a run: one log line per second, or a progress bar on a terminal. */
final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long LOG_EVERY_NANOS = 1_000_000_000L;
  private static final int LAST_LOSSES = 20;

  private final long batchTokens;
  private final @Nullable ProgressBar bar;
  private final Deque<Double> losses = new ArrayDeque<>();
  private final long startNanos = System.nanoTime();
  private long steps;
  private long loggedNanos = startNanos - LOG_EVERY_NANOS;
  private long loggedSteps;

  /** Progress of a run of {@code totalSteps}; a bar is drawn when {@code terminal}. */
  Progress(String run, long totalSteps, long batchTokens, boolean terminal) {
    this.batchTokens = batchTokens;
    bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(run)
                .setInitialMax(totalSteps)
                .setUpdateIntervalMillis(1000)
                .build()
            : null;
  }

  /** Shows a finished step. */
  void step(StepStatistics statistics, Outbox.Counts counts) {
    steps++;
    losses.add(statistics.step().get(Signal.LOSS));
    if (losses.size() > LAST_LOSSES) {
      losses.remove();
    }
    long now = System.nanoTime();
    if (now - loggedNanos < LOG_EVERY_NANOS) {
      return;
    }
    String line = line(statistics, counts, now);
    loggedNanos = now;
    loggedSteps = steps;
    if (bar == null) {
      LOG.info("{}", line);
    } else {
      bar.stepTo(statistics.step().step());
      bar.setExtraMessage(line);
    }
  }

  private String line(StepStatistics statistics, Outbox.Counts counts, long now) {
    Sample step = statistics.step();
    double attention =
        statistics.layers().stream()
            .mapToDouble(layer -> layer.get(Signal.ATTENTION_LOGIT_MAX))
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(Double.NaN);
    double tokensPerSecond = (steps - loggedSteps) * batchTokens / ((now - loggedNanos) / 1e9);
    return "step %d  loss %.4f  lr %.2e  grad norm %.3g  max attention logit %.3g  %.0f tokens/s%s"
        .formatted(
            step.step(),
            step.get(Signal.LOSS),
            step.get(Signal.LEARNING_RATE),
            step.get(Signal.GRAD_NORM),
            attention,
            tokensPerSecond,
            counts.dropped() == 0 ? "" : "  %d lines dropped".formatted(counts.dropped()));
  }

  /** Mean loss of the last 20 steps; NaN before the first. */
  double finalLoss() {
    return losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** Mean number of tokens per second in this process so far. */
  double tokensPerSecond() {
    return steps * batchTokens / ((System.nanoTime() - startNanos) / 1e9);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
