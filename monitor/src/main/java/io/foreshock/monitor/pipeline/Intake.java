// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipeline's one thread, its queue, and the gate before it, which bounds the telemetry in
 * memory from reception until it is in the journal.
 *
 * <p><b>Threads.</b> Any may execute and admit; tasks run one after another.
 */
final class Intake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final AtomicLong admittedBytes = new AtomicLong();
  private final long maxBytes;
  private final Thread thread = new Thread(this::run, "pipeline");
  private boolean open = true;

  /**
   * @param maxBytes under way at a time
   */
  Intake(long maxBytes) {
    this.maxBytes = maxBytes;
    thread.start();
  }

  /**
   * Lets {@code bytes} in; they stay counted until {@link #release}.
   *
   * @throws SaturatedException when too much is under way already
   */
  void admit(long bytes) {
    long underWay = admittedBytes.addAndGet(bytes);
    if (underWay > maxBytes && underWay > bytes) {
      admittedBytes.addAndGet(-bytes);
      throw new SaturatedException(underWay);
    }
  }

  void release(long bytes) {
    admittedBytes.addAndGet(-bytes);
  }

  /** Runs a task after those before it. */
  void execute(Runnable task) {
    tasks.add(task);
  }

  /** Bytes admitted and not released. */
  long admittedBytes() {
    return admittedBytes.get();
  }

  /** Tasks waiting. */
  int waiting() {
    return tasks.size();
  }

  /** Runs what waits, then ends. */
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
      } catch (RuntimeException | Error e) { // a thread that ends hides every later alarm
        LOG.error("pipeline: a task failed; going on with the next", e);
      }
    }
  }
}
