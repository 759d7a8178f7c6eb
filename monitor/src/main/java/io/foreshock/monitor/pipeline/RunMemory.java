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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The known runs, in memory or parked on disk, and the room for more.
 *
 * <p><b>Parking.</b> A run can leave memory when its snapshot holds its whole state and nothing is
 * expected of it ({@link Run#parkable}). Finished and stopped runs go first, then those that were
 * silent longest. Its view stays. Its next line or command loads it again.
 *
 * <p><b>Room.</b> All runs together may use half of the heap, as {@link RunCost} estimates it. At
 * that limit runs are parked. When none can be parked there is no room, and this is checked again
 * at most once a second.
 *
 * <p><b>Threads.</b> The pipeline's; any for {@link #view} and {@link #all}.
 */
final class RunMemory {
  private static final Logger LOG = LoggerFactory.getLogger(RunMemory.class);

  /** Rest before a run may be parked, because lines may follow a run's last or first step. */
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
        throw new IllegalStateException("run " + parked.name() + " cannot be loaded yet");
      };
  private long maxBytes;
  private long maxSeries;
  private volatile long bytes;
  private volatile long series;
  private long lookAgain = Long.MIN_VALUE;
  private volatile @Nullable String shortage;

  RunMemory(Limits limits, long heapBytes, LongSupplier nanoTime) {
    this.limits = limits;
    this.heapBytes = heapBytes;
    this.maxBytes = heapBytes / 2;
    this.maxSeries = limits.series().all();
    this.nanoTime = nanoTime;
  }

  /** Sets the function that loads parked runs. */
  void loadBy(Function<ParkedRun, Run> newLoader) {
    loader = newLoader;
  }

  /**
   * Raises the limits while the journal is replayed. Lines that were accepted before a restart must
   * be accepted again, in any order and under any limits, so they may use a quarter of the heap
   * more.
   */
  void replaying(boolean now) {
    maxBytes = now ? heapBytes / 4 * 3 : heapBytes / 2;
    maxSeries = now ? Long.MAX_VALUE : limits.series().all();
  }

  @Nullable KnownRun view(String name) {
    return known.get(name);
  }

  Collection<KnownRun> all() {
    return known.values();
  }

  int size() {
    return known.size();
  }

  /** Estimated heap that all runs use. */
  long bytes() {
    return bytes;
  }

  /** Series of the runs in memory. */
  long series() {
    return series;
  }

  /** Why new runs are refused; null when they are not. */
  @Nullable String shortage() {
    return shortage;
  }

  Stream<Run> inMemory() {
    return known.values().stream().filter(Run.class::isInstance).map(Run.class::cast);
  }

  /** The run; null when it is not in memory. */
  @Nullable Run present(String name) {
    return known.get(name) instanceof Run run ? run : null;
  }

  /** The run, loaded if it was parked; null when it is not known. */
  @Nullable Run find(String name) {
    KnownRun run = known.get(name);
    return run instanceof ParkedRun parked ? load(parked) : (Run) run;
  }

  /** A known run, loaded if it was parked. */
  Run get(String name) {
    Run run = find(name);
    if (run == null) {
      throw new IllegalStateException("run " + name + " is not known");
    }
    return run;
  }

  void put(KnownRun run) {
    known.put(run.view().run(), run);
  }

  /** Whether a run's snapshot covers an entry, which then is applied already. */
  boolean isCovered(String name, long sequence) {
    KnownRun run = known.get(name);
    return run != null && sequence <= run.coveredSequence();
  }

  void remove(String name) {
    known.remove(name);
    recount();
  }

  /**
   * Whether there is room for one more run.
   *
   * @param decided whether it was accepted before a restart; then only the heap can refuse it
   */
  boolean admitsRun(boolean decided) {
    if (!decided && known.size() >= limits.series().runs()) {
      return refuse(known.size() + " runs are known, limits.runs");
    }
    return makeRoom(RunCost.grown(1), 0);
  }

  /** Whether a parked run may come back to memory for lines. */
  boolean readmits(ParkedRun parked) {
    return makeRoom(parked.bytesInMemory() - parked.bytes(), 0);
  }

  /**
   * Takes room for more series of a run.
   *
   * @return false when there is none
   */
  boolean reserve(long moreBytes, int moreSeries) {
    if (!makeRoom(moreBytes, moreSeries)) {
      return false;
    }
    bytes += moreBytes;
    series += moreSeries;
    return true;
  }

  /** Adds up all costs anew, because estimates change and refused lines may have been counted. */
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

  /** Parks runs that were at rest for long, and checks whether there is room again. */
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
            ? "%s runs use all that they may of the monitor's heap of %s bytes"
                .formatted(known.size(), heapBytes)
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
    return run.view().state().ended();
  }
}
