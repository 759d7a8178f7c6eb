// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.corpus;

import io.foreshock.monitor.corpus.Workers.Listener;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells people how far the runs are: failures at once, the rest every few seconds. */
final class CorpusProgress implements Listener {
  private static final double TELL_EVERY_SECONDS = 5;

  private final PrintWriter err;
  private final LongSupplier nanos;
  private final int runs;
  private final double work;
  private final long started;
  private double toldSeconds = -TELL_EVERY_SECONDS;
  private double done;
  private int ended;
  private int failed;

  /**
   * Progress of runs that begin now.
   *
   * @param nanos a clock that runs evenly
   */
  CorpusProgress(Collection<PlannedRun> runs, PrintWriter err, LongSupplier nanos) {
    this.err = err;
    this.nanos = nanos;
    this.runs = runs.size();
    work = runs.stream().mapToDouble(PlannedRun::seconds).sum();
    started = nanos.getAsLong();
  }

  @Override
  public void ended(PlannedRun run, Optional<String> failure) {
    ended++;
    done += run.seconds();
    failure.ifPresent(
        message -> {
          failed++;
          err.println("corpus: " + run.run() + " failed: " + message);
        });
    double seconds = (nanos.getAsLong() - started) / 1e9;
    if (seconds - toldSeconds >= TELL_EVERY_SECONDS || ended == runs) {
      toldSeconds = seconds;
      err.printf(
          Locale.ROOT,
          "corpus: %d of %d runs, %.0f %% of the work, %.1f minutes, %.1f to go%s%n",
          ended,
          runs,
          100 * done / work,
          seconds / 60,
          seconds / 60 * (work - done) / done,
          failed == 0 ? "" : ", " + failed + " failed");
    }
    err.flush();
  }

  int failed() {
    return failed;
  }
}
