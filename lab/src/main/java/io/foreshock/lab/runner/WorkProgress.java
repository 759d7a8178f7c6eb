// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Prints the progress of many runs: each failure at once, and a summary every few seconds. */
public final class WorkProgress implements Workers.Listener<Job> {
  private static final double PRINT_EVERY_SECONDS = 5;

  private final String command;
  private final PrintWriter err;
  private final LongSupplier nanos;
  private final int runs;
  private final double work;
  private final long started;
  private double printedSeconds = -PRINT_EVERY_SECONDS;
  private double done;
  private int ended;
  private int failed;

  /**
   * Progress of runs that begin now.
   *
   * @param command name of the command, with which each line begins
   * @param nanos a monotonic clock, nanoseconds
   */
  public WorkProgress(
      String command, Collection<? extends Job> runs, PrintWriter err, LongSupplier nanos) {
    this.command = command;
    this.err = err;
    this.nanos = nanos;
    this.runs = runs.size();
    work = runs.stream().mapToDouble(Job::seconds).sum();
    started = nanos.getAsLong();
  }

  @Override
  public void ended(Job run, double spent, Optional<String> failure) {
    ended++;
    done += run.seconds();
    failure.ifPresent(
        message -> {
          failed++;
          err.println(command + ": " + run.run() + " failed: " + message);
        });
    double seconds = (nanos.getAsLong() - started) / 1e9;
    if (seconds - printedSeconds >= PRINT_EVERY_SECONDS || ended == runs) {
      printedSeconds = seconds;
      err.printf(
          Locale.ROOT,
          "%s: %d of %d runs, %.0f %% of the work, %.1f minutes, %.1f minutes left%s%n",
          command,
          ended,
          runs,
          100 * done / work,
          seconds / 60,
          seconds / 60 * (work - done) / done,
          failed == 0 ? "" : ", " + failed + " failed");
    }
    err.flush();
  }

  /** How many runs have failed so far. */
  public int failed() {
    return failed;
  }
}
