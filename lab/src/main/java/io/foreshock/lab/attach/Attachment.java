// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.RecordTrace;
import io.foreshock.lab.recording.Tail;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A log that is followed: what it tells is delivered in batches, each line once.
 *
 * <p><b>Errors.</b> Bad lines are told: the first ones of a log, then their number at the end.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> One batch in memory, of at most {@value #MOST_BYTES}
 * bytes and one line.
 */
final class Attachment {
  private static final int MOST_BYTES = 512 << 10;
  private static final int QUOTED = 10;

  private final Log log;
  private final SentLines sent;
  private final Delivery delivery;
  private final LongSupplier nowNanos;
  private final Consumer<String> messages;
  private final LineClock clock;
  private final Tail tail;
  private final LineWriter batch = new LineWriter();
  private final RecordTrace trace = new RecordTrace();
  private final Set<String> runs = new LinkedHashSet<>();
  private long at;
  private long goneBefore;
  private SentLines.@Nullable Batch again;
  private long batchNanos;
  private long batchLastNanos;
  private long delivered;
  private long bad;
  private long newestStep = -1;
  private boolean ended;

  /**
   * @param sent what was sent of the log before
   * @param messages receives what a person should know
   */
  Attachment(
      Log log,
      ReadingOptions options,
      SentLines sent,
      Delivery delivery,
      LongSupplier nowNanos,
      Consumer<String> messages)
      throws IOException {
    this.log = log;
    this.sent = sent;
    this.delivery = delivery;
    this.nowNanos = nowNanos;
    this.messages = messages;
    this.clock = new LineClock(history(options), sent.lastNanos());
    this.again = sent.underWay();
    this.tail = new Tail(log, options, new Lines());
  }

  private LineClock.History history(ReadingOptions options) throws IOException {
    if (log.isStandardInput()) {
      return new LineClock.History(0, 0, 0);
    }
    Survey survey = Survey.of(log, options, sent.lines());
    if (survey.hash() != sent.hash() || survey.lines() < sent.lines()) {
      messages.accept(log.run() + ": the log was replaced, so it is sent from its beginning");
      sent.startOver();
    } else if (sent.lines() > 0) {
      messages.accept(log.run() + ": goes on after " + sent.lines() + " lines that were sent");
    }
    LineClock.History history = sent.history();
    if (history == null) {
      history = survey.history();
      sent.begins(history);
    }
    return history;
  }

  /** Name of the run. */
  String run() {
    return log.run();
  }

  /** How many lines this program delivered. */
  long delivered() {
    return delivered;
  }

  /** The newest step of training; -1 before the first. */
  long newestStep() {
    return newestStep;
  }

  /** Whether the log says that the run has ended, or nothing can follow. */
  boolean hasEnded() {
    return ended || tail.inputHasEnded();
  }

  /** Takes note of the files that the log has now. */
  void update(List<Path> files) {
    tail.update(files);
  }

  /** Delivers what is new. Returns whether anything was. */
  boolean look() throws IOException, InterruptedException {
    return look(tail::read);
  }

  /**
   * Delivers what is new, the last line included, and tells how many lines were bad.
   *
   * @param complete whether nothing follows, so that the runs have ended
   */
  void end(boolean complete) throws IOException, InterruptedException {
    look(tail::end);
    if (!ended && (complete || tail.inputHasEnded())) {
      for (String run : runs) {
        endRun(run);
      }
      deliver();
    }
    if (bad > QUOTED) {
      messages.accept(log.run() + ": " + (bad - QUOTED) + " more bad lines");
    }
  }

  private void endRun(String run) {
    Point end = new Point();
    end.begin(Telemetry.EVENT);
    end.addTag(Telemetry.RUN, run);
    end.addText("kind", "end");
    end.addText("text", "its log is complete");
    if (batch.length() == 0) {
      begin();
    }
    clock.stamp(end, at);
    batch.point(end);
  }

  private interface Reading {
    void read() throws IOException;
  }

  private boolean look(Reading reading) throws IOException, InterruptedException {
    long before = delivered;
    try {
      reading.read();
      deliver();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (InterruptedDelivery e) {
      throw e.cause;
    }
    return delivered > before;
  }

  private void line(Point point) throws IOException, InterruptedException {
    if (tail.gone() > goneBefore) {
      replaced();
    }
    note(point);
    boolean before = at < sent.lines();
    if (!before) {
      if (batch.length() == 0) {
        begin();
      }
      clock.stamp(point, at);
      batch.point(point);
      delivered++;
    }
    if (!isSettings(point)) {
      trace.add(point);
      at++;
    }
    if (before) {
      return;
    }
    if (batch.length() >= MOST_BYTES || (again != null && at == again.end())) {
      deliver();
    }
  }

  /** The log's files no longer hold what was sent, so their lines are counted anew. */
  private void replaced() throws IOException, InterruptedException {
    deliver();
    goneBefore = tail.gone();
    at = 0;
    trace.clear();
    sent.startOver();
  }

  private void note(Point point) {
    String run = point.tag(Telemetry.RUN);
    if (run != null) {
      runs.add(run);
    }
    int step = point.field(Telemetry.STEP);
    if (step >= 0 && point.measurement().equals(Measurement.TRAIN_STEP.wireName())) {
      newestStep = (long) point.number(step);
    }
    ended =
        point.measurement().equals(Telemetry.EVENT)
            ? "end".equals(text(point, "kind"))
            : ended && step < 0;
  }

  /** Settings may come from files beside the log and change, so they are not counted. */
  static boolean isSettings(Point point) {
    return point.measurement().equals(Measurement.RUN_CONFIG.wireName());
  }

  private static @Nullable String text(Point point, String key) {
    int field = point.field(key);
    return field < 0 ? null : point.text(field);
  }

  private void begin() {
    batchNanos = again == null ? nowNanos.getAsLong() : again.nanos();
    batchLastNanos = again == null ? clock.lastNanos() : again.lastNanos();
    clock.batch(batchNanos, batchLastNanos);
  }

  private void deliver() throws IOException, InterruptedException {
    if (batch.length() == 0) {
      return;
    }
    SentLines.Batch sending = new SentLines.Batch(at, batchNanos, batchLastNanos);
    sent.sends(sending);
    delivery.deliver(batch.toByteArray());
    sent.taken(sending, trace.hash(), clock.lastNanos());
    batch.clear();
    again = null;
  }

  /** Receives the log's lines; what goes wrong on their way is thrown through the reader. */
  private final class Lines implements LineReader.Lines {
    @Override
    public void line(Point point) {
      try {
        Attachment.this.line(point);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new InterruptedDelivery(e);
      }
    }

    @Override
    public void bad(long number, String reason) {
      if (++bad <= QUOTED) {
        messages.accept(log.run() + ": line " + number + ": " + reason);
      }
    }
  }

  private static final class InterruptedDelivery extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient InterruptedException cause;

    InterruptedDelivery(InterruptedException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
