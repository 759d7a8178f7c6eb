// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds every spike and divergence of a run, after it has ended.
 *
 * <p><b>Definition.</b> {@link CourseScan} finds the excursions of the loss on the path to the
 * newest step, and in the end of each segment that was rolled back. A cause within {@value
 * #NEAR_STEPS} steps or {@value #NEAR_SAMPLES} samples before the onset decides the class.
 * Otherwise its shape does: back within {@value #FAST_STEPS} steps or {@value #FAST_SAMPLES}
 * samples, back later, or not back. An excursion that did not come back is no spike when it took
 * more than {@value #SPIKE_SAMPLES} samples to half of its height and did not fall in between. A
 * drop counts only where the loss jumped back later, or a resume or repeated data explain it,
 * because a loss that stays low has improved. {@link FirstMovers} are then searched around each
 * onset.
 *
 * <p><b>Edges.</b> Steps may be spaced irregularly; any signal but the loss may be missing; a
 * single sample is no episode ({@link #blips}). <b>Threads.</b> Immutable once made. <b>Cost.</b>
 * O(n) over the loss; for the other signals only windows around the onsets are read.
 */
public final class Postmortem {
  /**
   * A spike that is back within this many steps costs no more than the remedy: PaLM's rollback
   * drops about 100 steps (Chowdhery et al. 2022, §5.1).
   */
  private static final long FAST_STEPS = 100;

  /** The same in a sparse log: the fewest samples that distinguish a spike from a blip. */
  private static final int FAST_SAMPLES = 3;

  /**
   * The memory of Adam's second moment at β₂ = 0.95, 1/(1 − β₂): the time until a change has its
   * effect.
   */
  private static final long NEAR_STEPS = 20;

  private static final int NEAR_SAMPLES = 2;
  private static final int SPIKE_SAMPLES = 16;

  /** Samples before a dead end that are enough for the course of the loss. */
  private static final int CONTEXT = 1024;

  private static final int LEVEL_OF = 9;
  private static final int SMOOTH = 5;

  private final RunHistory history;
  private final List<Episode> episodes = new ArrayList<>();
  private int blips;
  private long samples;

  private Postmortem(RunHistory history) {
    this.history = history;
  }

  /** Analyses a run. */
  public static Postmortem of(RunHistory history) {
    Postmortem postmortem = new Postmortem(history);
    List<Segment> segments = history.segments();
    for (Segment segment : segments) {
      Path path = Path.to(segment, history);
      if (segment.live()) {
        postmortem.live(path);
      } else {
        segments.stream()
            .filter(other -> other.parent() == segment.index())
            .findFirst()
            .ifPresent(next -> postmortem.deadEnd(path, segment, next.fromStep()));
      }
    }
    postmortem.episodes.sort(
        Comparator.comparingInt(Episode::segment).thenComparingLong(Episode::start));
    return postmortem;
  }

  /** The episodes, by segment and onset. */
  public List<Episode> episodes() {
    return List.copyOf(episodes);
  }

  /** Number of single samples on the live path that stood out: bad batches, no episodes. */
  public int blips() {
    return blips;
  }

  /** Number of losses on the live path, including those that are not finite. */
  public long samples() {
    return samples;
  }

  private void live(Path path) {
    Track loss = path.track(Signal.LOSS, 0, Long.MAX_VALUE);
    CourseScan.Result result = CourseScan.scan(loss.values());
    blips = result.blips();
    samples = loss.size();
    result.excursions().forEach(found -> add(path, loss, found, OptionalLong.empty()));
  }

  /** Adds the episodes of a replaced segment after the step to which the run went back. */
  private void deadEnd(Path path, Segment segment, long backTo) {
    if (segment.lastStep() <= backTo) {
      return;
    }
    long spacing = Math.max(1, spacing(path.track(Signal.LOSS, backTo, segment.lastStep())));
    Track loss = path.track(Signal.LOSS, backTo - CONTEXT * spacing, segment.lastStep());
    for (Excursion found : CourseScan.scan(loss.values()).excursions()) {
      if (loss.steps()[found.start()] > backTo) {
        add(path, loss, found, OptionalLong.of(backTo));
      }
    }
  }

  private void add(Path path, Track loss, Excursion found, OptionalLong backTo) {
    long start = loss.steps()[found.start()];
    long spacing = Math.max(1, spacing(loss.between(start - 64, start + 64), loss));
    long near = Math.max(NEAR_STEPS, NEAR_SAMPLES * spacing);
    List<Cause> causes = Causes.of(path, history, start - near, start + 1, spacing);
    if (!found.rise() && !counts(found, causes, loss.size())) {
      return;
    }
    boolean ended = found.end() < loss.size();
    long last = loss.steps()[ended ? found.end() : loss.size() - 1];
    long cost = backTo.isPresent() ? lastOf(loss) - backTo.getAsLong() : last - start;
    long window = FirstMovers.WINDOW * spacing;
    List<Track> tracks = path.tracks(start - window, start + 3 * spacing);
    episodes.add(
        new Episode(
            classOf(found, loss, causes, spacing),
            path.segmentAt(start),
            new Episode.Extent(
                start,
                loss.steps()[found.peak()],
                ended ? OptionalLong.of(last) : OptionalLong.empty(),
                last,
                cost,
                spacing),
            levels(loss, found),
            origin(causes, tracks, start, loss, path.track(Signal.BATCH, start, last)),
            backTo));
  }

  private static Episode.Loss levels(Track loss, Excursion found) {
    double extreme = loss.values()[found.peak()];
    return new Episode.Loss(
        found.before(),
        Double.isFinite(extreme) ? extreme : Double.POSITIVE_INFINITY,
        after(loss, found),
        nonfinite(loss, found));
  }

  private static Episode.Origin origin(
      List<Cause> causes, List<Track> tracks, long start, Track loss, Track batch) {
    return new Episode.Origin(
        causes,
        FirstMovers.of(tracks, start, FirstMovers.begin(loss)),
        tracks.stream().noneMatch(track -> FirstMovers.tests(track.signal())),
        batch.size() == 0 ? OptionalLong.empty() : OptionalLong.of((long) batch.values()[0]),
        batch.size() == 0
            ? OptionalLong.empty()
            : OptionalLong.of((long) batch.values()[batch.size() - 1]));
  }

  private static boolean counts(Excursion drop, List<Cause> causes, int size) {
    if (causes.stream().anyMatch(cause -> cause.kind() == Cause.Kind.LEARNING_RATE)) {
      return false; // a lower learning rate lowers the loss, as planned
    }
    return drop.end() < size
        || causes.stream()
            .anyMatch(
                cause ->
                    cause.kind() == Cause.Kind.RESUME || cause.kind() == Cause.Kind.DATA_REWOUND);
  }

  private static EpisodeClass classOf(
      Excursion found, Track loss, List<Cause> causes, long spacing) {
    boolean scheduled = false;
    boolean resumed = false;
    for (Cause cause : causes) {
      switch (cause.kind()) {
        case LEARNING_RATE, BATCH_SIZE, CONFIGURATION -> scheduled = true;
        case RESUME -> resumed = true;
        case LEARNING_RATE_RAMP, DATA_REWOUND -> {}
      }
    }
    if (!found.rise()) {
      return scheduled ? EpisodeClass.SCHEDULED_CHANGE : EpisodeClass.LEVEL_SHIFT;
    }
    if (scheduled) {
      return EpisodeClass.SCHEDULED_CHANGE;
    }
    if (resumed) {
      return EpisodeClass.RESUME_RELATED;
    }
    if (found.end() < loss.size()) {
      long took = loss.steps()[found.end()] - loss.steps()[found.start()];
      return took <= Math.max(FAST_STEPS, FAST_SAMPLES * spacing)
          ? EpisodeClass.FAST_RECOVERING
          : EpisodeClass.SLOW_RECOVERING;
    }
    return spiked(found, loss.values())
        ? EpisodeClass.NOT_FULLY_RECOVERING
        : EpisodeClass.NON_SPIKE_DIVERGENCE;
  }

  /** Whether an excursion that did not end began as a spike: fast, or up and half down again. */
  private static boolean spiked(Excursion found, double[] x) {
    double height = 0;
    for (int i = found.start(); i < x.length && Double.isFinite(x[i]); i++) {
      height = Math.max(height, level(x, i) - found.before());
    }
    double highest = 0;
    for (int i = found.start(); i < x.length && Double.isFinite(x[i]); i++) {
      double rise = level(x, i) - found.before();
      if (highest > found.margin() && rise < highest / 2) {
        return true;
      }
      if (rise > height / 2) {
        return height > found.margin() && i - found.start() <= SPIKE_SAMPLES;
      }
      highest = Math.max(highest, rise);
    }
    return false;
  }

  /** Median of the finite samples among the next few, so that noise does not look like a spike. */
  private static double level(double[] x, int from) {
    double[] next =
        Arrays.stream(x, from, Math.min(x.length, from + SMOOTH))
            .filter(Double::isFinite)
            .toArray();
    return Medians.of(next, 0, next.length);
  }

  private static double after(Track loss, Excursion found) {
    int to = found.end() < loss.size() ? Math.min(loss.size(), found.end() + 3) : loss.size();
    int from = found.end() < loss.size() ? found.end() : Math.max(found.start(), to - LEVEL_OF);
    double[] values = Arrays.stream(loss.values(), from, to).filter(Double::isFinite).toArray();
    return 2 * values.length > to - from ? Medians.of(values, 0, values.length) : Double.NaN;
  }

  private static long nonfinite(Track loss, Excursion found) {
    return Arrays.stream(loss.values(), found.start(), Math.min(loss.size(), found.end()))
        .filter(value -> !Double.isFinite(value))
        .count();
  }

  /**
   * Usual number of steps between samples of a stretch or, if that is short, of the whole track.
   */
  private static long spacing(Track stretch, Track whole) {
    return stretch.size() >= 8 ? spacing(stretch) : spacing(whole);
  }

  private static long spacing(Track track) {
    int gaps = Math.min(256, track.size() - 1);
    if (gaps < 1) {
      return 1;
    }
    double[] gap = new double[gaps];
    for (int i = 0; i < gaps; i++) {
      gap[i] = track.steps()[i + 1] - track.steps()[i];
    }
    return Math.round(Medians.of(gap, 0, gaps));
  }

  private static long lastOf(Track loss) {
    return loss.steps()[loss.size() - 1];
  }
}
