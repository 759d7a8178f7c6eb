// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded queue of encoded lines between the training thread and a {@link Destination}.
 *
 * <p><b>Promises.</b> {@link #offer} never blocks on the destination: it queues the lines or counts
 * them as dropped, unless it is configured to wait. In the end every offered line is counted
 * exactly once: sent, set aside or dropped. The order is kept.
 *
 * <p><b>Threads.</b> {@code offer} from any thread; delivery on one daemon thread of its own.
 */
public final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** Approximate size of a batch; a batch is smaller when fewer lines are queued. */
  private static final int BATCH_BYTES = 256 << 10;

  /**
   * Number of lines offered so far, by result.
   *
   * @param sent lines delivered to the destination
   * @param setAside lines written to the fallback file
   * @param dropped lines dropped because the queue was full or the file could not be written
   */
  public record Counts(long sent, long setAside, long dropped) {}

  /** What happens to lines for which the queue has no room. */
  public enum WhenFull {
    /** They are dropped and counted, so that training never waits. */
    DROP,
    /** {@link #offer} waits for room, and {@link #close} until all is delivered. */
    WAIT
  }

  private record Chunk(byte[] bytes, int lines) {}

  private final Destination destination;
  private final long capacityBytes;
  private final long lingerMillis;
  private final WhenFull whenFull;
  private final Deque<Chunk> queue = new ArrayDeque<>();
  private final Thread thread;

  // all guarded by this
  private long queuedBytes;
  private long sent;
  private long setAside;
  private long dropped;
  private long offered;
  private boolean flushing;
  private boolean closing;

  /**
   * Starts the delivery.
   *
   * @param capacityBytes largest size of the queue
   * @param linger how long lines are collected before they are delivered
   * @param whenFull what happens to lines for which there is no room
   */
  public Outbox(
      String name,
      Destination destination,
      long capacityBytes,
      Duration linger,
      WhenFull whenFull) {
    this.whenFull = whenFull;
    this.destination = destination;
    this.capacityBytes = capacityBytes;
    this.lingerMillis = linger.toMillis();
    thread = new Thread(this::deliverAll, "foreshock-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Queues lines for delivery; drops them or waits when the queue is full.
   *
   * @param bytes whole lines; the outbox keeps the array
   * @param lines number of lines
   */
  public synchronized void offer(byte[] bytes, int lines) {
    offered += lines;
    if (whenFull == WhenFull.WAIT) {
      awaitRoom(bytes.length);
    }
    if (closing || queuedBytes + bytes.length > capacityBytes) {
      if (dropped == 0) {
        LOG.warn("telemetry is dropped: the queue of {} bytes is full", capacityBytes);
      }
      dropped += lines;
      return;
    }
    queue.add(new Chunk(bytes, lines));
    queuedBytes += bytes.length;
    notifyAll();
  }

  /**
   * Waits for room. An interrupt ends the wait and drops the lines, and stays set for the caller.
   */
  private void awaitRoom(int bytes) {
    try {
      while (!closing && !queue.isEmpty() && queuedBytes + bytes > capacityBytes) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits until every line offered so far has its result, if {@link #offer} waits too; returns at
   * once otherwise. An interrupt ends the wait, and stays set for the caller.
   */
  public synchronized void flush() {
    long before = offered;
    flushing = whenFull == WhenFull.WAIT;
    notifyAll();
    try {
      while (flushing && !closing && sent + setAside + dropped < before) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      flushing = false;
    }
  }

  /** Number of lines so far, by result. */
  public synchronized Counts counts() {
    return new Counts(sent, setAside, dropped);
  }

  /**
   * Ends the delivery: flushes for at most {@code patience}, then sets the rest aside. If {@link
   * #offer} waits, it flushes everything.
   */
  public void close(Duration patience) throws InterruptedException {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    thread.join(whenFull == WhenFull.WAIT ? 0 : Math.max(1, patience.toMillis()));
    if (thread.isAlive()) {
      thread.interrupt();
      thread.join(Math.max(1_000, patience.toMillis()));
    }
  }

  private void deliverAll() {
    boolean lastChance = false;
    @Nullable Chunk batch = null;
    while (true) {
      try {
        batch = batch != null ? batch : next(lastChance);
        if (batch == null) {
          break;
        }
        count(batch, destination.deliver(batch.bytes(), lastChance));
        batch = null;
      } catch (InterruptedException e) {
        lastChance = true;
      } catch (IOException | RuntimeException | VirtualMachineError e) {
        // without this thread all later lines would be dropped, or training would wait for ever
        drop(batch, e);
        batch = null;
      }
    }
    try {
      destination.close();
    } catch (IOException | RuntimeException e) {
      LOG.warn("closing the telemetry's destination failed", e);
    }
  }

  /** Returns the next batch; null when there will be no more. */
  private @Nullable Chunk next(boolean lastChance) throws InterruptedException {
    synchronized (this) {
      while (queue.isEmpty() && !closing) {
        wait();
      }
      if (!closing && !lastChance && !flushing && lingerMillis > 0) {
        wait(lingerMillis); // collects a batch
      }
      if (queue.isEmpty()) {
        return closing ? null : new Chunk(new byte[0], 0);
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int lines = 0;
      do {
        Chunk chunk = queue.remove();
        bytes.writeBytes(chunk.bytes());
        lines += chunk.lines();
      } while (!queue.isEmpty() && bytes.size() + queue.peek().bytes().length <= BATCH_BYTES);
      queuedBytes -= bytes.size();
      notifyAll(); // there is room again
      return new Chunk(bytes.toByteArray(), lines);
    }
  }

  private synchronized void count(Chunk batch, Destination.Outcome outcome) {
    switch (outcome) {
      case DELIVERED -> sent += batch.lines();
      case SET_ASIDE -> setAside += batch.lines();
    }
    notifyAll(); // flush may be waiting
  }

  private synchronized void drop(@Nullable Chunk batch, Throwable cause) {
    if (dropped == 0) {
      LOG.warn(
          "telemetry is dropped: neither the destination nor the fallback file accepts it", cause);
    }
    dropped += batch == null ? 0 : batch.lines();
    notifyAll(); // flush may be waiting
  }
}
