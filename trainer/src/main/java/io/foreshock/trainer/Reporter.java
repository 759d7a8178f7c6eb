// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.trainer.link.Outbox;
import io.foreshock.trainer.probe.StepStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Encodes telemetry once and offers it to every outbox. Never waits for a monitor. */
final class Reporter {
  private final String run;
  private final List<Outbox> outboxes;
  private final LineWriter writer = new LineWriter();
  private final long startWallNanos;
  private long delayNanos;
  private final long startNanos = System.nanoTime();

  Reporter(String run, List<Outbox> outboxes) {
    this.run = run;
    this.outboxes = outboxes;
    Instant now = Instant.now();
    startWallNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Time of a line, nanoseconds since the epoch; never goes back, whatever the wall clock does. */
  long timeNanos() {
    return startWallNanos + System.nanoTime() - startNanos + delayNanos;
  }

  /** Moves all later times ahead by this, at least 0. */
  void delay(double seconds) {
    delayNanos += (long) (seconds * 1e9);
  }

  void configuration(RunConfig config) {
    writer.clear();
    writer.config(run, config, timeNanos());
    offer(1);
  }

  /** Reports a step; lines name their segment from the first rollback on. */
  void step(StepStatistics statistics, int segment) {
    writer.clear();
    line(statistics.step(), segment);
    for (Sample layer : statistics.layers()) {
      line(layer, segment);
    }
    offer(1 + statistics.layers().size());
  }

  private void line(Sample sample, int segment) {
    writer.sample(run, segment == 0 ? sample : sample.inSegment(segment));
  }

  private void offer(int lines) {
    for (Outbox outbox : outboxes) {
      outbox.offer(writer.toByteArray(), lines);
    }
  }

  /** Number of lines that were sent, set aside and dropped, over all outboxes. */
  Outbox.Counts counts() {
    long sent = 0;
    long setAside = 0;
    long dropped = 0;
    for (Outbox outbox : outboxes) {
      Outbox.Counts counts = outbox.counts();
      sent += counts.sent();
      setAside += counts.setAside();
      dropped += counts.dropped();
    }
    return new Outbox.Counts(sent, setAside, dropped);
  }

  /**
   * Waits until the lines so far are in the telemetry's file; returns at once where there is none.
   * A checkpoint needs this: a run resumed from it does not send the lines before it again.
   */
  void flush() {
    outboxes.forEach(Outbox::flush);
  }

  /** Flushes every outbox for at most {@code patience}. */
  void close(Duration patience) throws InterruptedException {
    for (Outbox outbox : outboxes) {
      outbox.close(patience);
    }
  }
}
