// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A command that has many runs trained into a folder: it checks its options, then works, and turns
 * what goes wrong into a line on standard error and an exit code.
 */
public abstract class TrainingCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the runs and results are, or will be")
  private Path directory;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "processes that train, a core each; 0 = train nothing, only read what is there"
              + " (default: all cores)")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec spec;

  private final Path home;

  /**
   * A command whose trainers are started by {@code home/foreshock}; null: by the launcher that
   * started this process.
   */
  protected TrainingCommand(Path home) {
    Path launcher = home == null ? Path.of(System.getProperty("foreshock.home", ".")) : home;
    this.home = launcher.toAbsolutePath().normalize();
  }

  /** Refuses options that are wrong; see {@link #require}. */
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
   * Trains the jobs, and returns how many of them failed.
   *
   * @param listener made of the one that reports progress
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

  protected final Path directory() {
    return directory;
  }

  protected final int workers() {
    return workers;
  }

  /** Where the launcher is. */
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
