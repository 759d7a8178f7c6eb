// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.wire.StepJson;
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
import java.util.function.LongSupplier;
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

  /** It has no stack trace; the reason is told once for all lines. */
  private static final RefusedLineException NO_ROOM =
      new RefusedLineException("there is no room for new runs and series now");

  private final RunMemory memory;
  private final LineScan scan = new LineScan();
  private final Sample sample = Sample.ofStep(0, 0);
  private final SeriesLimit seriesLimit;
  private final MonitorConfig.Limits limits;
  private final int horizonSteps;
  private final LiveHub live;
  private final Meters meters;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private final Map<String, Boolean> detectorFailed = new ConcurrentHashMap<>();

  /** What the monitor was running in all before this start, as far as a run tells. */
  private long ranBeforeNanos;

  /** No runs yet. */
  public Runs(MonitorConfig config, LiveHub live, Meters meters) {
    this(config, live, meters, System::nanoTime, Runtime.getRuntime().maxMemory());
  }

  /** Runs under a clock and a heap of one's own. */
  public Runs(
      MonitorConfig config, LiveHub live, Meters meters, LongSupplier nanoTime, long heapBytes) {
    this.limits = config.limits();
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
    this.memory = new RunMemory(limits, heapBytes, nanoTime);
    this.seriesLimit = new SeriesLimit(limits, memory);
    this.horizonSteps = config.horizonSteps();
    this.live = live;
    this.meters = meters;
  }

  /** A run as it stood after its last entry. */
  public Optional<RunView> view(String name) {
    return Optional.ofNullable(memory.view(name)).map(KnownRun::view);
  }

  /** All runs as they stood after their last entry, in no order. */
  public Collection<RunView> views() {
    return memory.all().stream().map(KnownRun::view).toList();
  }

  /** How many are known. */
  public int size() {
    return memory.size();
  }

  /** How many are in memory; the others are parked on disk. */
  public long inMemory() {
    return memory.inMemory().count();
  }

  /** Heap that all of them take, reckoned. */
  public long bytes() {
    return memory.bytes();
  }

  /** What a person should know: that there is no room for new runs or series. */
  public Optional<String> trouble() {
    return Optional.ofNullable(memory.shortage())
        .map(why -> memory.size() + " runs, no room for new ones: " + why);
  }

  MonitorConfig.Limits limits() {
    return limits;
  }

  RunMemory memory() {
    return memory;
  }

  /** Those in memory. */
  List<Run> all() {
    return memory.inMemory().toList();
  }

  void restore(KnownRun run) {
    memory.put(run);
    ranBeforeNanos = Math.max(ranBeforeNanos, run.heardNanos());
  }

  /** Newest journal entry that any snapshot covers. */
  long covered() {
    return memory.all().stream().mapToLong(KnownRun::coveredSequence).max().orElse(0);
  }

  /** How long the monitor has been running in all, nanoseconds: age by no clock that can be set. */
  long uptimeNanos() {
    return ranBeforeNanos + nanoTime.getAsLong() - startedAt;
  }

  /** Series of the runs in memory. */
  public long series() {
    return memory.series();
  }

  /** The run of that name, known or not until now. */
  Run get(String name) {
    Run known = memory.get(name);
    if (known != null) {
      return known;
    }
    Run run = fresh(name);
    memory.put(run);
    return run;
  }

  private Run fresh(String name) {
    Run run = new Run(name, new RunWatch(name, horizonSteps));
    run.heardNanos = uptimeNanos();
    return run;
  }

  /**
   * What the other runs say of a configuration.
   *
   * @param name of the run that is asked for, which says nothing of itself; null for none
   * @throws IllegalArgumentException when it lacks size or learning rate
   */
  Preflight preflight(RunConfig config, String name) {
    List<RunSummary> others = new ArrayList<>();
    for (KnownRun known : memory.all()) {
      RunSummary summary = known.summary();
      if (summary != null && !known.view().run().equals(name)) {
        others.add(summary);
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
      lines(lines, sequence, found);
      return found;
    }
    if (entry instanceof Entry.Refused) {
      return found; // it was taken with its write
    }
    Entry.Control control = (Entry.Control) entry;
    if (control instanceof Entry.Raised raised) {
      found.batch.add(raised.alarm());
    } else if (control instanceof Entry.Retired retired) {
      retire(retired.run(), sequence);
    } else if (!covered(control.run(), sequence)) {
      // its last message may have been delivered after it was retired
      Run run = control instanceof Entry.Notified ? memory.get(control.run()) : get(control.run());
      if (run != null) {
        control(run, control, found);
        touch(run, sequence, found);
      }
    }
    return found;
  }

  private void lines(Entry.Lines entry, long sequence, Findings found) {
    long start = nanoTime.getAsLong();
    BitSet refused = found.replayed ? found.refused : NONE;
    found.outcome =
        scan.scan(entry, refused, (point, index) -> line(point, index, sequence, found));
    if (found.noRoom > 0) {
      found.outcome = found.outcome.withNoRoom(memory.reason());
      meters.noRoom(found.noRoom);
    }
    meters.batch(
        found.outcome.taken(),
        found.outcome.dropped() - found.noRoom,
        entry.text().length,
        nanoTime.getAsLong() - start);
    long uptime = ranBeforeNanos + start - startedAt;
    for (Run run : found.touched) {
      run.heardNanos = uptime;
      run.touchedAt = start;
    }
  }

  private boolean covered(String name, long sequence) {
    KnownRun known = memory.view(name);
    return known != null && sequence <= known.coveredSequence();
  }

  private void retire(String name, long sequence) {
    if (!covered(name, sequence)) {
      memory.remove(name);
      detectorFailed.remove(name);
    }
  }

  private void line(Point point, int index, long sequence, Findings found)
      throws MalformedLineException {
    try {
      line(point, sequence, found);
    } catch (RefusedLineException e) {
      found.refused.set(index);
      found.noRoom += e == NO_ROOM ? 1 : 0;
      throw e;
    }
  }

  private void line(Point point, long sequence, Findings found) throws MalformedLineException {
    String name = Telemetry.run(point);
    if (found.replayed && covered(name, sequence)) {
      return;
    }
    Run run = run(name, found.replayed);
    Measurement measurement = Measurement.of(point.measurement());
    boolean isSample = Measurement.isSample(measurement);
    int otherFields = isSample ? Telemetry.fill(sample, measurement, point) : point.fieldCount();
    if (!seriesLimit.admit(run.series, point, found.replayed)) {
      throw NO_ROOM;
    }
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

  /**
   * The run of a line; one that is not known yet is made so by {@link #touch}.
   *
   * @param decided whether it was let in before a restart
   */
  private Run run(String name, boolean decided) throws MalformedLineException {
    KnownRun known = memory.view(name);
    if (known instanceof Run run) {
      return run;
    }
    if (known instanceof ParkedRun parked) {
      if (!memory.takesBack(parked)) {
        throw NO_ROOM;
      }
      return memory.get(name);
    }
    if (name.equals(".") || name.equals("..")) {
      throw new MalformedLineException(
          "tag 'run' = '" + name + "': no path of the API can name such a run");
    }
    if (!decided && name.getBytes(StandardCharsets.UTF_8).length > limits.runNameBytes()) {
      throw new RefusedLineException(
          "tag 'run' is longer than " + limits.runNameBytes() + " bytes");
    }
    if (!memory.takesRun(decided)) {
      throw NO_ROOM;
    }
    return fresh(name);
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
    if (run.count(found.alarm(alarm))) {
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
      if (memory.present(run.name) == null) {
        run.coveredSequence = sequence - 1; // it is of this entry and later ones
        memory.put(run);
      }
      found.touched.add(run);
    }
  }
}
