// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's one thread and its queue, with a limit on the telemetry in memory from its
 * reception until it is in the journal.
 *
 * <p><b>Threads.</b> Any thread may execute and admit; tasks run one after another.
 */
final class Intake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicLong admittedBytes = new AtomicLong();
  private final long maxBytes;
  private final Thread thread = new Thread(this::run, "pipeline");
  private boolean open = true;

  /**
   * Starts the thread.
   *
   * @param maxBytes most bytes in flight
   */
  Intake(long maxBytes) {
    this.maxBytes = maxBytes;
    thread.start();
  }

  /**
   * Admits {@code bytes}, which count as in flight until {@link #release}.
   *
   * @throws SaturatedException when too much is in flight already
   */
  void admit(long bytes) {
    long inFlight = admittedBytes.addAndGet(bytes);
    if (inFlight > maxBytes && inFlight > bytes) {
      admittedBytes.addAndGet(-bytes);
      throw new SaturatedException(inFlight);
    }
  }

  void release(long bytes) {
    admittedBytes.addAndGet(-bytes);
  }

  /** Runs a task after those before it. */
  void execute(Runnable task) {
    tasks.add(task);
  }

  /** Bytes that are admitted and not released. */
  long admittedBytes() {
    return admittedBytes.get();
  }

  /** Number of tasks that wait. */
  int waiting() {
    return tasks.size();
  }

  /** Runs the waiting tasks, then ends the thread. */
  @Override
  public void close() {
    tasks.add(() -> open = false);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (open) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        open = false;
      } catch (RuntimeException | Error e) { // if the thread ended, no later alarm would be raised
        LOG.error("pipeline: a task failed; the next ones are run", e);
      }
    }
  }
}
