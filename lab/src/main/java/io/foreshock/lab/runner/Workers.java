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
import org.jspecify.annotations.Nullable;

/**
 * Trains runs in several processes. Each process gets one run at a time, so that a slow run does
 * not delay the others.
 *
 * <p><b>Edges.</b> A run that fails is reported, and the others continue. A process that dies is
 * replaced, and its run counts as failed. After {@value #MOST_DEATHS} deaths in a row without a
 * successful run the process is not replaced, because the next one would probably die too.
 *
 * <p><b>Threads.</b> One for each process. Only one of them calls the listener at a time.
 */
public final class Workers {
  private static final int MOST_DEATHS = 3;
  private static final long ORDER = 1;
  private static final Duration LEAST_PATIENCE = Duration.ofMinutes(10);

  /** Large, because the estimate is for a free core, and this machine may be slow or shared. */
  private static final int PATIENCE_FACTOR = 20;

  /** Receives the end of every run, from one thread at a time. */
  public interface Listener<J extends Job> {
    /**
     * Called when a run has ended.
     *
     * @param seconds how long it took; NaN when it failed
     * @param failure why it failed; empty when it did not
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
   * @param home directory of the launcher, whose command {@code train-many} the processes run
   * @param common arguments that every run gets in addition to its own
   * @param logs prefix of the names of the processes' logs
   */
  public Workers(Path home, RunFolder folder, List<String> common, String logs) {
    command = List.of(home.resolve("foreshock").toString(), "train-many");
    this.folder = folder;
    this.common = common;
    this.logs = logs;
  }

  /**
   * Trains the runs and returns when all have ended. The order is shuffled with a fixed seed, so
   * that at any time a representative part is done. The listener is called once for each run.
   *
   * @param count number of processes, at least 1
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
      listener.ended(run, Double.NaN, Optional.of("not started, because the workers kept dying"));
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
        failure = Optional.of(message(e));
      } catch (IOException e) {
        deaths++;
        failure = Optional.of(message(e));
        close(worker);
        worker = null;
      }
      synchronized (this) {
        listener.ended(run, seconds, failure);
      }
    }
    close(worker);
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

  /** The message of a problem, or its class when it has none. */
  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  private static void close(@Nullable Worker worker) {
    if (worker != null) {
      worker.close();
    }
  }
}
