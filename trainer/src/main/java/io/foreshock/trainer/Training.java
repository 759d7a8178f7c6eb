// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.checkpoint.CheckpointStore;
import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.data.Corpus;
import io.foreshock.trainer.link.CommandLink;
import io.foreshock.trainer.link.Destination;
import io.foreshock.trainer.link.FileDestination;
import io.foreshock.trainer.link.Monitor;
import io.foreshock.trainer.link.MonitorDestination;
import io.foreshock.trainer.link.Outbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one run from its options to its end: creates what the loop needs, and releases it.
 *
 * <p><b>Threads.</b> Only one {@link #run} at a time in a process, because the gradient collector
 * is global.
 *
 * @param terminal whether a progress bar is drawn
 */
record Training(TrainOptions options, boolean terminal) {
  private static final long OUTBOX_BYTES = 16 << 20;
  private static final Duration LINGER = Duration.ofMillis(200);
  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(5);

  /**
   * The result of a run.
   *
   * @param finalLoss mean of the last 20 steps
   * @param rollbacks segments after the first
   * @param lines number of telemetry lines that were sent, set aside and dropped
   */
  record Summary(
      String run,
      long steps,
      long totalSteps,
      double finalLoss,
      double tokensPerSecond,
      int rollbacks,
      Outbox.Counts lines) {

    @Override
    public String toString() {
      return ("run=%s steps=%d of=%d final_loss=%.4f tokens_per_second=%.0f rollbacks=%d"
              + " lines_sent=%d lines_set_aside=%d lines_dropped=%d")
          .formatted(
              run,
              steps,
              totalSteps,
              finalLoss,
              tokensPerSecond,
              rollbacks,
              lines.sent(),
              lines.setAside(),
              lines.dropped());
    }
  }

  /**
   * Trains to the end.
   *
   * @param started receives the control that can end the run early
   * @throws IllegalArgumentException when the options do not match the checkpoints on disk
   */
  Summary run(Consumer<Control> started) throws IOException, InterruptedException {
    TrainConfig config = options.config();
    Corpus corpus = options.text == null ? Corpus.europarl() : Corpus.file(options.text);
    Batches batches = new Batches(corpus, config.batch(), config.model().context(), config.seed());
    try (NDManager manager = NDManager.newBaseManager()) {
      Reporter reporter = new Reporter(config.run(), outboxes());
      Run run = new Run(manager, config, store(), corpus.identity(), reporter::flush);
      if (options.resume) {
        run.resume();
      }
      CommandLink link = commandLink(run.state().lastCommand());
      Control control = new Control(run, link, options.maxRollbacks);
      started.accept(control);
      long steps = config.schedule().totalSteps();
      try (Progress progress = new Progress(config.run(), steps, config.batchTokens(), terminal)) {
        try {
          new TrainLoop(
                  manager,
                  config,
                  run,
                  control,
                  batches,
                  reporter,
                  progress,
                  options.checkpointEvery)
              .run();
        } finally {
          reporter.close(FLUSH_PATIENCE);
          if (link != null) {
            link.close(FLUSH_PATIENCE);
          }
        }
        return new Summary(
            config.run(),
            run.state().step(),
            steps,
            progress.finalLoss(),
            progress.tokensPerSecond(),
            run.state().segment(),
            reporter.counts());
      }
    }
  }

  private @Nullable CheckpointStore store() throws IOException {
    if (options.checkpoints == null) {
      return null;
    }
    CheckpointStore store = new CheckpointStore(options.checkpoints, options.keep);
    if (!options.resume && !store.isEmpty()) {
      throw new IllegalArgumentException(
          "--checkpoints = %s: expected an empty directory, or --resume as well"
              .formatted(options.checkpoints));
    }
    return store;
  }

  private List<Outbox> outboxes() {
    List<Outbox> outboxes = new ArrayList<>();
    for (String target : options.telemetry) {
      outboxes.add(TrainOptions.isUrl(target) ? toMonitor(target) : toFile(Path.of(target)));
    }
    return outboxes;
  }

  private Outbox toMonitor(String url) {
    Destination destination =
        new MonitorDestination(
            monitor(url), new FileDestination(unsent()), MonitorDestination.Patience.DEFAULT);
    return new Outbox("telemetry", destination, OUTBOX_BYTES, LINGER, Outbox.WhenFull.DROP);
  }

  /** Writes to a file; training waits for it when the queue is full, so that no line is dropped. */
  private static Outbox toFile(Path file) {
    return new Outbox(
        "file", new FileDestination(file), OUTBOX_BYTES, LINGER, Outbox.WhenFull.WAIT);
  }

  private Monitor monitor(String url) {
    return new Monitor(URI.create(url), options.run, options.token);
  }

  /**
   * File for lines while the monitor is away: in the directory of checkpoints, or in the current
   * one.
   */
  private Path unsent() {
    String name = options.run.replaceAll("[^\\w.-]", "_") + "-unsent.lp";
    return options.checkpoints == null ? Path.of(name) : options.checkpoints.resolve(name);
  }

  private @Nullable CommandLink commandLink(long after) {
    return options.telemetry.stream()
        .filter(TrainOptions::isUrl)
        .findFirst()
        .map(url -> new CommandLink(monitor(url), after, CommandLink.Timing.DEFAULT))
        .orElse(null);
  }
}
