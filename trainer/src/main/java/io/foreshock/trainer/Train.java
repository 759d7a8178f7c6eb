// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

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
 * after a last checkpoint; 2 wrong usage, with all problems reported at once; 1 any other failure.
 */
@Command(
    name = "foreshock train",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true,
    sortOptions = false,
    description = "Trains a small GPT that reports to a monitor and obeys it.",
    footer = {
      "",
      "Prints a summary to stdout at the end. SIGTERM (Ctrl-C) saves a checkpoint and ends the run.",
      "Exit code 0: the run ended well, early or not; 2: wrong usage; 1: failure."
    })
public final class Train implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Train.class);
  private static final long END_PATIENCE_SECONDS = 60;

  @Mixin private final TrainOptions options = new TrainOptions();

  @Spec private CommandSpec spec;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean succeeded;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // writes numbers the same way everywhere
    System.setProperty("jdk.console", "java.base"); // JDK 22+: no console where output is a file
    CommandLine command = commandLine(new Train());
    String version = Train.class.getPackage().getImplementationVersion(); // null outside of the jar
    command.getCommandSpec().version("foreshock " + (version == null ? "development" : version));
    command.setExecutionExceptionHandler((e, c, parsed) -> failed(e));
    System.exit(command.execute(args));
  }

  /** Creates a parser that collects all mistakes in the arguments. */
  static CommandLine commandLine(Object command) {
    CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    line.getCommandSpec().parser().collectErrors(true);
    return line;
  }

  /** Reports a mistake of the caller as a message, and a fault with its stack trace. */
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
    List<String> problems = problems(spec.commandLine(), options);
    if (!problems.isEmpty()) {
      problems.forEach(System.err::println);
      System.err.println("foreshock train --help lists the options");
      return CommandLine.ExitCode.USAGE;
    }
    TensorLibrary.configure(options.threads);
    TensorLibrary.flushDenormals();
    try {
      Training training = new Training(options, System.console() != null);
      System.out.println(training.run(this::endOnSignal));
      System.out.flush();
      succeeded = true;
    } finally {
      finished.countDown();
    }
    return CommandLine.ExitCode.OK;
  }

  /** Returns the problems of the arguments that {@code line} has parsed. */
  static List<String> problems(CommandLine line, TrainOptions options) {
    List<String> problems = new ArrayList<>();
    line.getParseResult().errors().forEach(e -> problems.add(e.getMessage()));
    problems.addAll(options.problems());
    return problems;
  }

  /** Ends the run after its step on a signal, and then the process with exit code 0. */
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
}
