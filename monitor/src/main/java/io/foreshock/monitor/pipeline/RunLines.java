// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.Limits;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.store.ReadLine;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the lines of a write do to runs.
 *
 * <p><b>Threads.</b> The pipeline's. <b>Cost.</b> Nothing is allocated for a line but what takes
 * its alarms.
 */
final class RunLines {
  private static final BitSet NONE = new BitSet();

  /** It has no stack trace; the reason is reported once for all lines. */
  private static final RefusedLineException NO_ROOM =
      new RefusedLineException("there is no room for new runs and series now");

  private final Limits limits;
  private final RunMemory memory;
  private final Function<String, Run> newRun;
  private final DetectorFailures failures;
  private final StrangeWrites strange;
  private final Uptime uptime;
  private final LongSupplier nanoTime;
  private final SeriesLimit seriesLimit;
  private final LineScan scan;
  private final ReadLine read = new ReadLine();

  /**
   * Lines for the runs in a memory.
   *
   * @param newRun makes a run that is not known yet
   */
  RunLines(
      MonitorConfig config,
      RunMemory memory,
      Function<String, Run> newRun,
      DetectorFailures failures,
      StrangeWrites strange,
      Uptime uptime,
      LongSupplier nanoTime) {
    this.limits = config.limits();
    this.scan = new LineScan(config.names());
    this.memory = memory;
    this.newRun = newRun;
    this.failures = failures;
    this.strange = strange;
    this.uptime = uptime;
    this.nanoTime = nanoTime;
    this.seriesLimit = new SeriesLimit(limits, memory);
  }

  /** Takes a write; what is refused of it already is left out of one that is replayed. */
  void apply(Entry.Lines write, Findings found, LineWatcher watcher) {
    long start = nanoTime.getAsLong();
    LineFindings lines = found.lines;
    BitSet refused = found.replayed ? lines.refused : NONE;
    lines.outcome = scan.scan(write, refused, (point, index) -> line(point, index, found, watcher));
    if (lines.noRoom > 0) {
      lines.outcome = lines.outcome.withNoRoom(memory.shortage());
    }
    if (lines.nothingUnderstood() && !found.replayed) {
      found.touched.forEach(strange::log);
    }
    lines.nanos = nanoTime.getAsLong() - start;
    long heardNanos = uptime.nanosAt(start);
    for (Run run : found.touched) {
      run.heardNanos = heardNanos;
      run.touchedAt = start;
    }
  }

  private void line(Point point, int index, Findings found, LineWatcher watcher)
      throws MalformedLineException {
    try {
      line(point, found, watcher);
    } catch (RefusedLineException e) {
      found.lines.refused.set(index);
      found.lines.noRoom += e == NO_ROOM ? 1 : 0;
      throw e;
    }
  }

  private void line(Point point, Findings found, LineWatcher watcher)
      throws MalformedLineException {
    String name = Telemetry.run(point);
    if (found.replayed && memory.isCovered(name, found.sequence)) {
      return;
    }
    Run run = run(name, found.replayed);
    read.read(point);
    if (!seriesLimit.admit(run.series, point, found.replayed)) {
      throw NO_ROOM;
    }
    found.touch(run, memory);
    int liveSegment = run.watch.liveSegment();
    long newestNanos = run.watch.lastSignNanos();
    long unread = run.watch.understanding().unread();
    RunWatch.Use use = detect(run, point, found);
    found.lines.unread += run.watch.understanding().unread() - unread;
    if (run.watch.lastSignNanos() > newestNanos) {
      run.received(System.nanoTime()); // other lines do not say that it is alive
    }
    if (found.replayed) {
      return;
    }
    if (use == RunWatch.Use.CONFIG) {
      found.lines.announced.add(run);
    }
    boolean newSegment = run.watch.liveSegment() > liveSegment;
    if (newSegment) {
      found.lines.newSegments.put(run, newest(run));
    }
    // the same as read.segment(…), and cheaper: the lineage has just looked
    int segment = read.isSample() ? run.watch.segment() : read.segment(run.watch.segments());
    watcher.line(point, run.name, segment);
    if (use == RunWatch.Use.FED && run.trainsAgain(read.sample(), newSegment)) {
      found.lines.trainAgain.add(run);
    }
    boolean fresh = use == RunWatch.Use.FED;
    found.batch.add(read, run.name, segment, run.watch.lastStep(), fresh);
  }

  private static Segment newest(Run run) {
    return run.watch.segments().get(run.watch.segments().size() - 1);
  }

  /**
   * The run of a line; one that is not known yet is made so by {@link Findings#touch}.
   *
   * @param decided whether it was let in before a restart
   */
  private Run run(String name, boolean decided) throws MalformedLineException {
    KnownRun known = memory.view(name);
    if (known instanceof Run run) {
      return run;
    }
    if (known instanceof ParkedRun parked) {
      if (!memory.readmits(parked)) {
        throw NO_ROOM;
      }
      return memory.get(name);
    }
    if (name.equals(".") || name.equals("..")) {
      throw new MalformedLineException(
          "tag 'run' = '" + name + "': no path of the API can name such a run");
    }
    if (!decided && name.getBytes(StandardCharsets.UTF_8).length > limits.names().runBytes()) {
      throw new RefusedLineException(
          "tag 'run' is longer than " + limits.names().runBytes() + " bytes");
    }
    if (!memory.admitsRun(decided)) {
      throw NO_ROOM;
    }
    return newRun.apply(name);
  }

  /** A detector that throws must not cost the line, nor the run its other detectors' alarms. */
  private RunWatch.Use detect(Run run, Point point, Findings found) throws MalformedLineException {
    Consumer<Alarm> alarms = alarm -> found.alarm(run, alarm);
    try {
      if (!read.isSample()) {
        return run.accept(point, alarms);
      }
      run.watch.understanding().sample(read.sample(), point, read.otherFields());
      return run.accept(read.sample(), point, alarms);
    } catch (RuntimeException e) {
      found.lines.detectorFailures++;
      failures.log(run.name, e);
      return RunWatch.Use.OTHER;
    }
  }
}
