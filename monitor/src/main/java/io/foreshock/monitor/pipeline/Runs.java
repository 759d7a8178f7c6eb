// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.live.StepJson;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.store.StoredAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Segment;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.scaling.Trends;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All runs, and what an entry does to them. The same entries in the same order give the same runs,
 * which is what makes a replay of the journal a recovery.
 *
 * <p><b>Threads.</b> {@link #apply} on the pipeline's thread; {@link #view} on any.
 */
public final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final BitSet NONE = new BitSet();

  private final Map<String, Run> runs = new ConcurrentHashMap<>();
  private final LineScan scan = new LineScan();
  private final Sample sample = Sample.ofStep(0, 0);
  private final SeriesLimit seriesLimit;
  private final MonitorConfig.Limits limits;
  private final int horizonSteps;
  private final LiveHub live;
  private final Meters meters;
  private final Map<String, Boolean> detectorFailed = new ConcurrentHashMap<>();

  /** No runs yet. */
  public Runs(MonitorConfig config, LiveHub live, Meters meters) {
    this.limits = config.limits();
    this.seriesLimit = new SeriesLimit(limits, runs::size, Runtime.getRuntime().maxMemory());
    this.horizonSteps = config.horizonSteps();
    this.live = live;
    this.meters = meters;
  }

  /** A run as it stood after its last entry. */
  public Optional<RunView> view(String name) {
    return Optional.ofNullable(runs.get(name)).map(Run::view);
  }

  /** All runs as they stood after their last entry, in no order. */
  public Collection<RunView> views() {
    return runs.values().stream().map(Run::view).toList();
  }

  Collection<Run> all() {
    return runs.values();
  }

  void restore(Run run) {
    runs.put(run.name, run);
  }

  /** Series of all runs. */
  public long series() {
    return seriesLimit.total();
  }

  /** Counts again: a line that was malformed after all may have been counted. */
  void countSeries() {
    seriesLimit.total(runs.values().stream().mapToLong(run -> run.series.size()).sum());
  }

  /** The run of that name, known or not until now. */
  Run get(String name) {
    return runs.computeIfAbsent(
        name, newName -> new Run(newName, new RunWatch(newName, horizonSteps)));
  }

  /**
   * What the other runs say of a configuration.
   *
   * @param name of the run that is asked for, which says nothing of itself; null for none
   * @throws IllegalArgumentException when it lacks size or learning rate
   */
  Preflight preflight(RunConfig config, String name) {
    List<RunSummary> others = new ArrayList<>();
    for (Run run : runs.values()) {
      if (!run.name.equals(name)) {
        run.watch.summary().ifPresent(others::add);
      }
    }
    return Trends.preflight(config, others);
  }

  /** Applies a new entry. */
  Findings apply(Entry entry, long sequence) {
    long bytes = entry instanceof Entry.Lines lines ? lines.text().length : 0;
    return apply(entry, sequence, new Findings(new StoreBatch(sequence, bytes), false));
  }

  /**
   * Applies an entry that the journal held at the start. It changes nothing in a run whose snapshot
   * covers it; its batch holds alarms only, for stores read the lines themselves.
   *
   * @param refused indices of its lines that were refused when it came
   */
  Findings replay(Entry entry, long sequence, BitSet refused) {
    Findings found = new Findings(new StoreBatch(sequence, 0), true);
    found.refused.or(refused);
    return apply(entry, sequence, found);
  }

  private Findings apply(Entry entry, long sequence, Findings found) {
    if (entry instanceof Entry.Lines lines) {
      long start = System.nanoTime();
      BitSet refused = found.replayed ? found.refused : NONE;
      found.outcome =
          scan.scan(lines, refused, (point, index) -> line(point, index, sequence, found));
      meters.batch(
          found.outcome.taken(),
          found.outcome.dropped(),
          lines.text().length,
          System.nanoTime() - start);
      found.touched.forEach(
          run -> run.receivedNanos = Math.max(run.receivedNanos, lines.receivedNanos()));
      return found;
    }
    if (entry instanceof Entry.Refused) {
      return found; // it was taken with its write
    }
    Entry.Control control = (Entry.Control) entry;
    if (control instanceof Entry.Raised raised) {
      found.batch.add(new StoredAlarm(raised.alarm()));
      return found;
    }
    Run run = control instanceof Entry.Notified ? runs.get(control.run()) : get(control.run());
    if (run == null) {
      return found; // it was retired before its last message was delivered
    }
    if (run.coveredSequence < sequence && control instanceof Entry.Retired) {
      runs.remove(run.name);
      detectorFailed.remove(run.name);
      seriesLimit.total(seriesLimit.total() - run.series.size());
    } else if (run.coveredSequence < sequence) {
      control(run, control, found);
      touch(run, sequence, found);
    }
    return found;
  }

  private void line(Point point, int index, long sequence, Findings found)
      throws MalformedLineException {
    try {
      line(point, sequence, found);
    } catch (RefusedLineException e) {
      found.refused.set(index);
      throw e;
    }
  }

  private void line(Point point, long sequence, Findings found) throws MalformedLineException {
    Run run = run(Telemetry.run(point), found.replayed);
    Measurement measurement = Measurement.of(point.measurement());
    boolean isSample = Measurement.isSample(measurement);
    int otherFields = isSample ? Telemetry.fill(sample, measurement, point) : point.fieldCount();
    if (run.coveredSequence >= sequence) {
      return;
    }
    seriesLimit.admit(run.series, point, found.replayed);
    touch(run, sequence, found);
    int liveSegment = run.watch.liveSegment();
    long newestNanos = run.watch.lastTimeNanos();
    RunWatch.Taken taken = detect(run, point, isSample, found);
    if (run.watch.lastTimeNanos() > newestNanos) {
      run.received(System.nanoTime()); // other lines do not say that it trains
    }
    if (found.replayed) {
      return;
    }
    if (taken == RunWatch.Taken.CONFIG) {
      found.announced.add(run);
    }
    boolean newSegment = run.watch.liveSegment() > liveSegment;
    if (newSegment) {
      found.newSegments.put(run, run.watch.segments().get(run.watch.segments().size() - 1));
    }
    int segment =
        isSample ? run.watch.segment() : Segment.liveAt(run.watch.segments(), point.timestamp());
    if (live.watched(run.name)) {
      found.steps.add(StepJson.of(point, run.name, segment));
    }
    if (taken == RunWatch.Taken.FED && run.trainsAgain(sample, newSegment)) {
      found.trainAgain.add(run);
    }
    if (isSample) {
      found.batch.add(sample, point, run.name, segment, taken == RunWatch.Taken.FED);
    }
    if (otherFields > 0) {
      found.batch.addOtherFields(point, run.name, segment, run.watch.lastStep());
    }
  }

  /** The run of that name, which need not be known; {@code decided} when it was let in before. */
  private Run run(String name, boolean decided) throws MalformedLineException {
    Run known = runs.get(name);
    if (known != null) {
      return known;
    }
    if (name.equals(".") || name.equals("..")) {
      throw new MalformedLineException(
          "tag 'run' = '" + name + "': no path of the API can name such a run");
    }
    if (!decided) {
      refuseBeyondLimits(name);
    }
    return new Run(name, new RunWatch(name, horizonSteps));
  }

  private void refuseBeyondLimits(String name) throws RefusedLineException {
    if (name.getBytes(StandardCharsets.UTF_8).length > limits.runNameBytes()) {
      throw new RefusedLineException(
          "tag 'run' is longer than " + limits.runNameBytes() + " bytes");
    }
    if (runs.size() >= limits.runs()) {
      throw new RefusedLineException(
          "tag 'run' = '" + name + "': there are " + runs.size() + " runs already, the limit");
    }
  }

  /** A detector that throws must not cost the line, nor the run its other detectors' alarms. */
  private RunWatch.Taken detect(Run run, Point point, boolean isSample, Findings found)
      throws MalformedLineException {
    Consumer<Alarm> alarms = alarm -> alarm(run, alarm, found);
    try {
      return isSample ? run.accept(sample, alarms) : run.accept(point, alarms);
    } catch (RuntimeException e) {
      detectionFailed(run, e);
      return RunWatch.Taken.OTHER;
    }
  }

  /** Counts a failure on a line or a look at the clock; told once a run. */
  void detectionFailed(Run run, RuntimeException e) {
    meters.detectorFailed();
    if (detectorFailed.put(run.name, true) == null) {
      LOG.error("run {}: detection failed; lines are kept, other runs go on", run.name, e);
    }
  }

  private void alarm(Run run, Alarm alarm, Findings found) {
    found.alarms.add(alarm);
    found.batch.add(alarm);
    if (run.count(alarm)) {
      meters.alarm(alarm.verdict().severity());
    }
  }

  /** What an alarm raised by the passing of time amounts to. */
  Findings ticked(Run run, List<Alarm> alarms, long sequence) {
    Findings found = new Findings(new StoreBatch(sequence, 0), false);
    alarms.forEach(alarm -> alarm(run, alarm, found));
    touch(run, sequence, found);
    return found;
  }

  private void control(Run run, Entry.Control control, Findings found) {
    if (control instanceof Entry.Issued issued) {
      run.commands.enter(issued.command()).forEach(found.commands::add);
    } else if (control instanceof Entry.Judged judged) {
      found.commands.add(run.commands.update(judged.id(), judged.status(), null, judged.detail()));
    } else if (control instanceof Entry.Acknowledged ack) {
      found.commands.add(run.commands.update(ack.id(), ack.status(), ack.step(), ack.detail()));
    } else if (control instanceof Entry.Polled polled) {
      run.commands.take(polled.taken());
    } else if (control instanceof Entry.Unanswered late) {
      run.unanswered(late, alarm -> alarm(run, alarm, found));
    } else if (control instanceof Entry.Answered answered) {
      run.watch.close(
          AlarmKind.COMMAND_UNANSWERED, answered.nowNanos(), alarm -> alarm(run, alarm, found));
    } else if (control instanceof Entry.Notified notified) {
      run.outbox.settle(notified.notice());
    } else if (control instanceof Entry.Ticked ticked) {
      run.watch.tick(ticked.nowNanos(), alarm -> alarm(run, alarm, found));
    } else if (control instanceof Entry.Expected expected) {
      run.watch.expect(expected.preflight(), alarm -> alarm(run, alarm, found));
    }
  }

  /** The first line in an entry that is well-formed makes its run known. */
  private void touch(Run run, long sequence, Findings found) {
    if (run.appliedSequence != sequence) {
      run.appliedSequence = sequence;
      runs.putIfAbsent(run.name, run);
      found.touched.add(run);
    }
  }
}
