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
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code foreshock train}: trains a small GPT that reports to a monitor and obeys it.
 *
 * <p>Exit codes: 0 the run ended well, also when the monitor or SIGTERM (Ctrl-C) ended it early,
 * after a last checkpoint; 2 wrong usage, all problems told at once; 1 anything else.
 */
@Command(
    name = "foreshock train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains a small GPT that reports to a monitor and obeys it.",
    footer = {
      "",
      "Ends with a summary on stdout. SIGTERM saves a checkpoint and ends the run.",
      "Exit code 0: ended well, early or not; 2: wrong usage; 1: failure."
    })
public final class Train implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Train.class);
  private static final long OUTBOX_BYTES = 16 << 20;
  private static final Duration LINGER = Duration.ofMillis(200);
  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(5);
  private static final long END_PATIENCE_SECONDS = 60;

  @Mixin private TrainOptions options;
  @Spec private CommandSpec spec;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean succeeded;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // numbers are written alike everywhere
    System.setProperty("jdk.console", "java.base"); // JDK 22+: no console where output is a file
    CommandLine command = new CommandLine(new Train()).setCaseInsensitiveEnumValuesAllowed(true);
    command.getCommandSpec().parser().collectErrors(true);
    command.setExecutionExceptionHandler((e, c, parsed) -> failed(e));
    System.exit(command.execute(args));
  }

  /** A caller's mistake needs words, a fault needs its trace. */
  private static int failed(Exception e) {
    if (e instanceof IllegalArgumentException) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    LOG.error("the run failed", e);
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() throws Exception {
    List<String> problems = new ArrayList<>();
    spec.commandLine().getParseResult().errors().forEach(e -> problems.add(e.getMessage()));
    problems.addAll(options.problems());
    if (!problems.isEmpty()) {
      problems.forEach(System.err::println);
      System.err.println("foreshock train --help tells the options");
      return CommandLine.ExitCode.USAGE;
    }
    TensorLibrary.configure(options.threads);
    TensorLibrary.flushDenormals();
    train(options.config());
    return CommandLine.ExitCode.OK;
  }

  private void train(TrainConfig config) throws IOException, InterruptedException {
    Corpus corpus = options.text == null ? Corpus.europarl() : Corpus.file(options.text);
    Batches batches = new Batches(corpus, config.batch(), config.model().context(), config.seed());
    try (NDManager manager = NDManager.newBaseManager()) {
      Run run = new Run(manager, config, store(), corpus.identity());
      if (options.resume) {
        run.resume();
      }
      Reporter reporter = new Reporter(config.run(), outboxes());
      CommandLink link = commandLink(run.state().lastCommand());
      Control control = new Control(run, link);
      endOnSignal(control);
      boolean terminal = System.console() != null;
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
        summarize(config, run, progress, reporter.counts());
        succeeded = true;
      }
    } finally {
      finished.countDown();
    }
  }

  private CheckpointStore store() throws IOException {
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
      outboxes.add(
          TrainOptions.isUrl(target)
              ? outbox(
                  "telemetry",
                  new MonitorDestination(
                      monitor(target),
                      new FileDestination(unsent()),
                      MonitorDestination.Patience.DEFAULT))
              : outbox("file", new FileDestination(Path.of(target))));
    }
    return outboxes;
  }

  private static Outbox outbox(String name, Destination destination) {
    return new Outbox(name, destination, OUTBOX_BYTES, LINGER);
  }

  private Monitor monitor(String url) {
    return new Monitor(URI.create(url), options.run, options.token);
  }

  /** Where lines go while the monitor is away: beside the checkpoints, or here. */
  private Path unsent() {
    String name = options.run.replaceAll("[^\\w.-]", "_") + "-unsent.lp";
    return options.checkpoints == null ? Path.of(name) : options.checkpoints.resolve(name);
  }

  private CommandLink commandLink(long after) {
    return options.telemetry.stream()
        .filter(TrainOptions::isUrl)
        .findFirst()
        .map(url -> new CommandLink(monitor(url), after, CommandLink.Timing.DEFAULT))
        .orElse(null);
  }

  /** Lets the run end after its step, and the process with exit code 0 when it has. */
  private void endOnSignal(Control control) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (finished.getCount() == 0) {
                    return; // the ordinary end
                  }
                  LOG.info("ending after this step");
                  control.end();
                  try {
                    finished.await(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
                    Runtime.getRuntime().halt(succeeded ? 0 : 1);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "foreshock-end"));
  }

  private static void summarize(
      TrainConfig config, Run run, Progress progress, Outbox.Counts counts) {
    PrintStream out = System.out;
    out.printf(
        "run=%s steps=%d of=%d final_loss=%.4f tokens_per_second=%.0f rollbacks=%d lines_sent=%d"
            + " lines_set_aside=%d lines_dropped=%d%n",
        config.run(),
        run.state().step(),
        config.schedule().totalSteps(),
        progress.finalLoss(),
        progress.tokensPerSecond(),
        run.state().segment(),
        counts.sent(),
        counts.setAside(),
        counts.dropped());
    out.flush();
  }
}
