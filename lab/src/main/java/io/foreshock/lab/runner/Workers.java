// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import io.foreshock.lab.runner.Worker.RunFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Has runs trained by several processes, each fed one run at a time, so that a slow run blocks no
 * other.
 *
 * <p><b>Edges.</b> A run that fails is reported and the rest goes on. A process that dies is
 * replaced, and the run that it had has failed; after {@value #MOST_DEATHS} in a row without a run
 * done in between its place stays empty, since something is wrong that the next would die of too.
 *
 * <p><b>Threads.</b> One for each process; the listener is called by one at a time.
 */
public final class Workers {
  private static final int MOST_DEATHS = 3;
  private static final long ORDER = 1;
  private static final Duration LEAST_PATIENCE = Duration.ofMinutes(10);

  /** The estimated time is one core's; this machine may be slow and its cores shared. */
  private static final int PATIENCE_FACTOR = 20;

  /** Hears of every run, from one thread at a time. */
  public interface Listener<J extends Job> {
    /**
     * The run has ended.
     *
     * @param seconds that it took; NaN when it did not end well
     * @param failure why it did not end well
     */
    void ended(J run, double seconds, Optional<String> failure);
  }

  private final List<String> command;
  private final RunFolder folder;
  private final List<String> common;
  private final String logs;

  /**
   * Workers that are not started yet.
   *
   * @param home where the launcher lies, whose {@code train-many} the processes are
   * @param common arguments of every run besides its own
   * @param logs how the names of the files begin that hold what the processes print
   */
  public Workers(Path home, RunFolder folder, List<String> common, String logs) {
    command = List.of(home.resolve("foreshock").toString(), "train-many");
    this.folder = folder;
    this.common = common;
    this.logs = logs;
  }

  /**
   * Trains them in a mixed order that is always the same, so that at any time a fair part of the
   * whole is there. Returns when all have ended; every run is told to the listener once.
   *
   * @param count of processes, at least 1
   */
  public <J extends Job> void train(Collection<J> runs, int count, Listener<? super J> listener)
      throws InterruptedException {
    List<J> mixed = new ArrayList<>(runs);
    Collections.shuffle(mixed, new Random(ORDER));
    Queue<J> queue = new ConcurrentLinkedQueue<>(mixed);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(count, runs.size()); i++) {
      Path log = folder.running().resolve(logs + "-" + i + ".log");
      Thread thread = new Thread(() -> work(queue, log, listener), "worker-" + i);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (J run = queue.poll(); run != null; run = queue.poll()) {
      listener.ended(run, Double.NaN, Optional.of("not begun: the workers kept dying"));
    }
  }

  private <J extends Job> void work(Queue<J> queue, Path log, Listener<? super J> listener) {
    Worker worker = null;
    int deaths = 0;
    while (deaths < MOST_DEATHS) {
      J run = queue.poll();
      if (run == null) {
        break;
      }
      double seconds = Double.NaN;
      Optional<String> failure = Optional.empty();
      try {
        worker = worker == null ? Worker.start(command, log) : worker;
        seconds = train(worker, run);
        deaths = 0;
      } catch (RunFailedException e) {
        deaths = 0;
        failure = Optional.of(e.getMessage());
      } catch (IOException e) {
        deaths++;
        failure = Optional.of(e.getMessage());
        worker = closed(worker);
      }
      synchronized (this) {
        listener.ended(run, seconds, failure);
      }
    }
    closed(worker);
  }

  private double train(Worker worker, Job run) throws IOException, RunFailedException {
    folder.clear(run.run());
    List<String> arguments = new ArrayList<>(run.arguments());
    arguments.addAll(common);
    arguments.add("--telemetry=" + folder.growing(run.run()));
    long patience = (long) (PATIENCE_FACTOR * run.seconds());
    double seconds = worker.train(run.run(), arguments, LEAST_PATIENCE.plusSeconds(patience));
    folder.keep(run.run());
    return seconds;
  }

  private static Worker closed(Worker worker) {
    if (worker != null) {
      worker.close();
    }
    return null;
  }
}
