// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A command that trains many runs into a directory. It checks its options, does its work, and turns
 * a failure into a message on standard error and an exit code.
 */
public abstract class TrainingCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Directory of the runs and results; created if missing. Required unless --plan is given.")
  private @Nullable Path directory;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Number of training processes, each on one core; 0: train nothing, only read the runs that"
              + " exist. Default: the number of cores.")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec spec;

  private final Path home;

  /**
   * A command.
   *
   * @param home directory of the launcher that starts the trainers; null for the launcher that
   *     started this process
   */
  protected TrainingCommand(@Nullable Path home) {
    Path launcher = home == null ? Path.of(System.getProperty("foreshock.home", ".")) : home;
    this.home = launcher.toAbsolutePath().normalize();
  }

  /** Rejects options that are wrong; see {@link #require}. */
  protected abstract void check();

  /**
   * Does the work.
   *
   * @return the exit code
   */
  protected abstract int work() throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    require(workers >= 0, "--workers = " + workers + ": expected at least 0");
    check();
    try {
      return work();
    } catch (IOException | IllegalArgumentException e) {
      err().println("foreshock " + spec.name() + ": " + e.getMessage());
      return 1;
    } finally {
      out().flush();
      err().flush();
    }
  }

  /**
   * Trains the jobs and returns how many of them failed.
   *
   * @param logs prefix of the names of the workers' logs
   * @param listener makes the listener for the workers from the one that reports progress
   */
  protected final <J extends Job> int train(
      RunFolder folder,
      List<J> jobs,
      List<String> common,
      String logs,
      Function<WorkProgress, Workers.Listener<? super J>> listener)
      throws InterruptedException {
    WorkProgress progress = new WorkProgress(spec.name(), jobs, err(), System::nanoTime);
    new Workers(home, folder, common, logs)
        .train(jobs, Math.max(1, workers), listener.apply(progress));
    return progress.failed();
  }

  /** Ends the command with a usage error unless the condition holds. */
  protected final void require(boolean holds, String problem) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }

  /** Whether {@code --out} was given. */
  protected final boolean hasDirectory() {
    return directory != null;
  }

  /** The directory of {@code --out}, which is required unless only a plan is printed. */
  protected final Path directory() {
    if (directory == null) {
      throw new ParameterException(spec.commandLine(), "--out is missing: expected a directory");
    }
    return directory;
  }

  protected final int workers() {
    return workers;
  }

  /** The directory of the launcher. */
  protected final Path home() {
    return home;
  }

  protected final CommandSpec spec() {
    return spec;
  }

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
