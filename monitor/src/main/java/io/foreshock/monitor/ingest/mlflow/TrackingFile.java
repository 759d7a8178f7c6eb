// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Receipt;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint's own journal: experiments, runs, and metrics that wait for the rest of their step.
 *
 * <p>A later record of the same experiment or run replaces the earlier one. <b>Threads.</b> One at
 * a time.
 */
final class TrackingFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrackingFile.class);

  private static final byte EXPERIMENT = 1;
  private static final byte RUN = 2;
  private static final byte HELD = 3;
  private static final byte SENT = 4;
  private static final byte FORGOTTEN = 5;

  private static final int SEGMENT_BYTES = 4 << 20;
  private static final long LONG_BYTES = 4L * SEGMENT_BYTES;

  /** Receives the records in order. */
  interface Reader {
    void experiment(Experiment experiment);

    void run(TrackedRun run);

    void forgotten(Forgotten run);

    void held(Held held);

    void sent(Sent sent);
  }

  /** A metric that waits for the rest of its step. */
  record Held(String runId, String key, String value, long timestampMillis, long step) {
    Held(String runId, MetricPoint metric) {
      this(
          runId,
          metric.key(),
          Double.toString(metric.value()), // JSON has no NaN
          metric.timestampMillis(),
          metric.step());
    }

    MetricPoint metric() {
      return new MetricPoint(key, Double.parseDouble(value), timestampMillis, step);
    }
  }

  /** A run that had ended was deleted. */
  record Forgotten(String runId) {}

  /** The metrics of a step are in the monitor's journal. */
  record Sent(String runId, long step, long timestampMillis) {}

  private final Journal journal;
  private long newest;

  /** Size at which it is written anew; grows with what it has to hold. */
  private long rewriteBytes = LONG_BYTES;

  /** Opens the file and reads what it holds. */
  TrackingFile(Path directory, Room room, Reader reader) throws IOException {
    journal = Journal.open(directory, SEGMENT_BYTES, room, nanos -> {});
    journal.replay(entry -> read(entry.kind(), entry.payload(), reader));
    journal.start(0);
    newest = journal.durableSequence();
  }

  CompletableFuture<Void> write(Experiment experiment) {
    return append(EXPERIMENT, experiment, true);
  }

  CompletableFuture<Void> write(TrackedRun run) {
    return append(RUN, run, true);
  }

  CompletableFuture<Void> write(Forgotten run) {
    return append(FORGOTTEN, run, true);
  }

  CompletableFuture<Void> write(Held held) {
    return append(HELD, held, false);
  }

  CompletableFuture<Void> write(Sent sent) {
    return append(SENT, sent, true);
  }

  /** Whether it holds much that later records replaced. */
  boolean isLong() {
    return journal.bytes() > rewriteBytes;
  }

  /**
   * Ends a rewriting: everything that still counts was written after {@code before}.
   *
   * @param last is done when the last of it is on disk
   */
  void release(long before, CompletableFuture<Void> last) {
    last.whenComplete(
        (done, failure) -> {
          try {
            if (failure == null) {
              journal.release(before);
              rewriteBytes = Math.max(LONG_BYTES, 2 * journal.bytes());
            }
          } catch (IOException e) {
            LOG.warn("the MLflow endpoint's old records cannot be deleted now", e);
          }
        });
  }

  /** Sequence of the newest record. */
  long newest() {
    return newest;
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }

  private CompletableFuture<Void> append(byte kind, Object value, boolean reserved) {
    Receipt receipt = journal.append(kind, Json.bytes(value), reserved);
    newest = receipt.sequence();
    return receipt.durable().thenRun(() -> {});
  }

  private static void read(byte kind, byte[] payload, Reader reader) {
    try {
      switch (kind) {
        case EXPERIMENT -> reader.experiment(Json.read(payload, Experiment.class));
        case RUN -> reader.run(Json.read(payload, TrackedRun.class));
        case FORGOTTEN -> reader.forgotten(Json.read(payload, Forgotten.class));
        case HELD -> reader.held(Json.read(payload, Held.class));
        case SENT -> reader.sent(Json.read(payload, Sent.class));
        default -> LOG.warn("MLflow endpoint: a record of unknown kind {} is left out", kind);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("MLflow endpoint: a record cannot be read and is left out", e);
    }
  }
}
