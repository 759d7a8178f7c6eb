// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.config.Limits;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which runs are in memory, which are parked on disk, and whether there is room for more.
 *
 * <p><b>Parking.</b> A run leaves memory when its snapshot says all that is known of it and nothing
 * is expected of it ({@link Run#parkable}): finished and stopped runs first, then those that were
 * silent longest. What is shown of it stays. It is loaded again for its next line or command.
 *
 * <p><b>Room.</b> All runs together may take half of the heap, as {@link RunCost} reckons it. When
 * that is reached, runs are parked; when none can be, there is no room, and that is looked at again
 * at most once a second.
 *
 * <p><b>Threads.</b> The pipeline's; {@link #view} and {@link #all} any.
 */
final class RunMemory implements HeapRoom {
  private static final Logger LOG = LoggerFactory.getLogger(RunMemory.class);

  /** Lines may follow the last step, or the first of a sender's flood of names. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long LONG_REST_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Comparator<Run> FIRST_TO_GO =
      Comparator.<Run, Boolean>comparing(run -> !ended(run)).thenComparing(run -> run.touchedAt);

  private final Map<String, KnownRun> known = new ConcurrentHashMap<>();
  private final Limits limits;
  private final long heapBytes;
  private final LongSupplier nanoTime;
  private Function<ParkedRun, Run> loader =
      parked -> {
        throw new IllegalStateException("run " + parked.name() + " is parked nowhere");
      };
  private long maxBytes;
  private long maxSeries;
  private volatile long bytes;
  private volatile long series;
  private long lookAgain = Long.MIN_VALUE;
  private volatile String shortage;

  RunMemory(Limits limits, long heapBytes, LongSupplier nanoTime) {
    this.limits = limits;
    this.heapBytes = heapBytes;
    this.maxBytes = heapBytes / 2;
    this.maxSeries = limits.series().all();
    this.nanoTime = nanoTime;
  }

  /** Runs that are parked are loaded by this from now on. */
  void loadBy(Function<ParkedRun, Run> newLoader) {
    loader = newLoader;
  }

  /**
   * What was taken before a restart is taken again, in whatever order and whatever the limits are
   * by then: there is a quarter of the heap more for that while the journal is read.
   */
  void replaying(boolean now) {
    maxBytes = now ? heapBytes / 4 * 3 : heapBytes / 2;
    maxSeries = now ? Long.MAX_VALUE : limits.series().all();
  }

  KnownRun view(String name) {
    return known.get(name);
  }

  Collection<KnownRun> all() {
    return known.values();
  }

  int size() {
    return known.size();
  }

  /** Heap that all runs take, reckoned. */
  long bytes() {
    return bytes;
  }

  /** Series of the runs in memory. */
  long series() {
    return series;
  }

  /** Why new runs are refused; null when they are not. */
  String shortage() {
    return shortage;
  }

  Stream<Run> inMemory() {
    return known.values().stream().filter(Run.class::isInstance).map(Run.class::cast);
  }

  /** The run if it is in memory. */
  Run present(String name) {
    return known.get(name) instanceof Run run ? run : null;
  }

  /** The run, loaded if it was parked; null when it is not known. */
  Run get(String name) {
    KnownRun run = known.get(name);
    return run instanceof ParkedRun parked ? load(parked) : (Run) run;
  }

  void put(KnownRun run) {
    known.put(run.view().run(), run);
  }

  /** Whether a run's snapshot covers that entry: then it has been applied already. */
  boolean isCovered(String name, long sequence) {
    KnownRun run = known.get(name);
    return run != null && sequence <= run.coveredSequence();
  }

  void remove(String name) {
    known.remove(name);
    recount();
  }

  /**
   * Whether a run more may be known.
   *
   * @param decided whether it was let in before a restart: then only the heap can refuse it
   */
  boolean takesRun(boolean decided) {
    if (!decided && known.size() >= limits.series().runs()) {
      return refuse(known.size() + " runs are known, limits.runs");
    }
    return makeRoom(RunCost.grown(1), 0);
  }

  /** Whether a parked run may come back to memory for lines. */
  boolean takesBack(ParkedRun parked) {
    return makeRoom(parked.bytesInMemory() - parked.bytes(), 0);
  }

  @Override
  public boolean takes(long moreBytes, int moreSeries) {
    if (!makeRoom(moreBytes, moreSeries)) {
      return false;
    }
    bytes += moreBytes;
    series += moreSeries;
    return true;
  }

  @Override
  public String reason() {
    return shortage;
  }

  /** Adds up anew: what was measured may have changed, and refused lines may have been counted. */
  void recount() {
    long allBytes = 0;
    long allSeries = 0;
    for (KnownRun run : known.values()) {
      if (run instanceof Run present) {
        allBytes += present.cost();
        allSeries += present.series.size();
      } else {
        allBytes += ((ParkedRun) run).bytes();
      }
    }
    bytes = allBytes;
    series = allSeries;
  }

  /** Parks what has been at rest for long, room or no room; looks whether there is room again. */
  void parkIdle() {
    long now = nanoTime.getAsLong();
    parkable(now, LONG_REST_NANOS).forEach(this::park);
    recount();
    if (shortage != null
        && known.size() < limits.series().runs()
        && bytes + RunCost.grown(1) <= maxBytes) {
      LOG.warn("there is room for runs and series again");
      shortage = null;
    }
  }

  private boolean makeRoom(long moreBytes, int moreSeries) {
    if (fits(moreBytes, moreSeries)) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (shortage == null || now - lookAgain >= 0) {
      for (Run run : parkable(now, REST_NANOS)) {
        park(run);
        if (fits(moreBytes, moreSeries)) {
          return true;
        }
      }
      lookAgain = now + LOOK_EVERY_NANOS;
    }
    return refuse(
        bytes + moreBytes > maxBytes
            ? known.size() + " runs take what the monitor's heap of " + heapBytes + " bytes bears"
            : "limits.series = " + limits.series().all() + " of all runs are open");
  }

  private boolean fits(long moreBytes, int moreSeries) {
    return bytes + moreBytes <= maxBytes && series + moreSeries <= maxSeries;
  }

  private boolean refuse(String why) {
    if (shortage == null) {
      LOG.error("no room for new runs and series, which are answered 429: {}", why);
    }
    shortage = why;
    return false;
  }

  private List<Run> parkable(long now, long restNanos) {
    return inMemory()
        .filter(run -> now - run.touchedAt >= restNanos && run.parkable())
        .sorted(FIRST_TO_GO)
        .toList();
  }

  private void park(Run run) {
    ParkedRun parked = ParkedRun.of(run);
    known.put(run.name, parked);
    bytes += parked.bytes() - run.cost();
    series -= run.series.size();
    LOG.debug("run {}: parked, {} bytes", run.name, run.cost());
  }

  private Run load(ParkedRun parked) {
    Run run = loader.apply(parked);
    run.touchedAt = nanoTime.getAsLong();
    known.put(run.name, run);
    bytes += run.cost() - parked.bytes();
    series += run.series.size();
    LOG.debug("run {}: loaded", run.name);
    return run;
  }

  private static boolean ended(Run run) {
    RunState state = run.view().state();
    return state == RunState.FINISHED || state == RunState.STOPPED;
  }
}
