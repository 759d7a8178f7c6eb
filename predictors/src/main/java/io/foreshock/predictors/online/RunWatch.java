// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one run: holds its lineage, detectors, incidents and forecast.
 *
 * <p><b>Rollback.</b> When a new segment branches off at step s, the incidents of the old one are
 * closed, and the detectors continue as they were at s ({@code History} describes how exactly).
 *
 * <p><b>Threads.</b> Not safe: one run, one owner, fed in order of arrival. <b>Cost.</b> That of
 * the detectors, plus a snapshot of them every few dozen steps. <b>State.</b> Bounded, whatever is
 * sent.
 */
public final class RunWatch {
  /** How a line was used. */
  public enum Use {
    /** It was fed to the detectors, because it is the newest of its series. */
    FED,
    /** It is a {@code run_config}. */
    CONFIG,
    /** It is older than its series: it is stored, but too late for the detectors. */
    LATE,
    /** It is no step, layer or configuration: it is stored and charted only. */
    OTHER
  }

  /**
   * Default horizon of a run's forecast, steps. It is the horizon for which the model was fitted,
   * so that its probabilities need no conversion.
   */
  public static final int DEFAULT_HORIZON_STEPS = DivergenceModel.FITTED_HORIZON;

  /** Version of the state's layout. Raise it when the layout changes; a test compares the two. */
  static final long STATE_VERSION = 5;

  /** Steps until which a run without a plan has hardly begun. */
  private static final int HARDLY_BEGUN = 100;

  private final String run;
  private final Sample sample = Sample.ofStep(0, 0);
  private final Lineage lineage = new Lineage();
  private final Detection detection;
  private final History history;
  private final Incidents incidents;
  private final StallWatch stall = new StallWatch();
  private final Understanding understanding = new Understanding();
  private final Consumer<Verdict> toIncidents = this::add;
  private RunConfig config = RunConfig.EMPTY;
  private @Nullable Preflight preflight;
  private long lastTimeNanos;

  /** Time of the newest run_config; not part of the state. */
  private long announcedNanos;

  private int segment;
  private Consumer<Alarm> alarms = alarm -> {};
  private Sample current = sample;

  /**
   * A watch over a new run.
   *
   * @param horizonSteps how far ahead the forecast looks, steps
   */
  public RunWatch(String run, int horizonSteps) {
    this(run, horizonSteps, DivergenceModel.shipped());
  }

  /** A watch that forecasts with another model than the one shipped. */
  public RunWatch(String run, int horizonSteps, DivergenceModel model) {
    this.run = run;
    this.detection = new Detection(horizonSteps, model);
    this.history = new History(detection::exchange);
    this.incidents = new Incidents(run);
  }

  /**
   * Reads the run's next line; its time must be in nanoseconds.
   *
   * @throws MalformedLineException when the line breaks the contract; nothing has changed then
   */
  public Use accept(Point point, Consumer<Alarm> alarms) throws MalformedLineException {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == null) {
      understanding.other(point);
      return Use.OTHER;
    }
    if (measurement == Measurement.RUN_CONFIG) {
      understanding.other(point);
      config = config.with(Telemetry.config(point));
      announcedNanos = point.timestamp();
      detection.configure(config);
      return Use.CONFIG;
    }
    int ignored = Telemetry.fill(sample, measurement, point);
    understanding.sample(sample, point, ignored);
    return accept(sample, alarms);
  }

  /**
   * Reads the run's next {@code train_step} or {@code train_layer} line, already parsed. The caller
   * counts it in {@link #understanding}, because only the point has the other fields.
   */
  public Use accept(Sample line, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = line;
    return feed(line);
  }

  /**
   * Sets what runs of other sizes and learning rates predict for this one. Its bands are used from
   * now on. An alarm is raised when the run is expected to be unstable and has hardly begun: within
   * a tenth of its plan, or {@value #HARDLY_BEGUN} steps without one. Later its own signals are
   * better evidence.
   */
  public void expect(Preflight expected, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = sample;
    long now = Math.max(lastTimeNanos, announcedNanos);
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, lastStep(), now);
    preflight = expected;
    detection.expect(expected.bands());
    double begun = 0.1 * config.number(ConfigField.TOTAL_STEPS).orElse(10.0 * HARDLY_BEGUN);
    if (expected.verdict() == Preflight.Verdict.UNSTABLE && lastStep() <= begun) {
      Preflights.emit(expected, lastStep(), toIncidents);
    }
  }

  /** The newest preflight of the run, if there is one. */
  public Optional<Preflight> preflight() {
    return Optional.ofNullable(preflight);
  }

  /**
   * Summary by which other runs can be judged; empty when the run was rolled back or has no
   * configuration.
   */
  public Optional<RunSummary> summary() {
    return lineage.segments().size() > 1 || config.fields().isEmpty()
        ? Optional.empty()
        : Optional.of(detection.summary().summary(run, config));
  }

  /** Sets the time when no line comes; this finds a stalled run. */
  public void tick(long nowNanos, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = sample;
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, lastStep(), nowNanos);
    stall.tick(nowNanos, lastStep(), config, toIncidents);
  }

  /**
   * Raises an alarm for what the owner of this watch found and no detector can see.
   *
   * @param number end of the incident's name, if this opens it; not used before in its kind
   */
  public void raise(Verdict verdict, long number, long timeNanos, Consumer<Alarm> alarms) {
    incidents.raise(verdict, number, lineage.live(), lastStep(), timeNanos, alarms);
  }

  /** Closes the incident of that kind, if it is open. */
  public void close(AlarmKind kind, long timeNanos, Consumer<Alarm> alarms) {
    incidents.close(kind, lastStep(), timeNanos, alarms);
  }

  /** Whether {@link #tick} may still raise or update an alarm although no line comes. */
  public boolean awaitsTime() {
    Optional<Verdict> stalled =
        openIncidents().stream()
            .map(Alarm::verdict)
            .filter(verdict -> verdict.kind() == AlarmKind.STALLED)
            .findFirst();
    boolean worst = stalled.filter(v -> v.severity() == Severity.CRITICAL).isPresent();
    return !worst && stall.awaits(lastStep(), config, stalled.isPresent());
  }

  /**
   * Continues a run whose state is missing. Detectors start anew, and incidents that are open are
   * not raised again. Call it before the first line.
   *
   * @param expected the newest preflight of the run, if there is one
   * @param segments of the run, oldest first; may be empty
   * @param newestLoss NaN when unknown
   * @param openIncidents newest alarm of each open incident
   */
  public void resume(
      RunConfig announced,
      @Nullable Preflight expected,
      List<Segment> segments,
      long newestNanos,
      double newestLoss,
      List<Alarm> openIncidents) {
    config = announced;
    preflight = expected;
    detection.expect(expected == null ? List.of() : expected.bands());
    detection.configure(config);
    lastTimeNanos = newestNanos;
    detection.resume(newestLoss);
    lineage.resume(segments, newestNanos);
    segment = lineage.live();
    incidents.resume(openIncidents);
  }

  /** The run's name. */
  public String run() {
    return run;
  }

  /** The configuration that the run announced. */
  public RunConfig config() {
    return config;
  }

  /** Segment of the last line that was accepted; a dead one after a late line. */
  public int segment() {
    return segment;
  }

  /** Segment in which the run trains, whichever line came last. */
  public int liveSegment() {
    return lineage.live();
  }

  /** The run's tree of segments, oldest first. */
  public List<Segment> segments() {
    return lineage.segments();
  }

  /** Newest step of the live segment. */
  public long lastStep() {
    return lineage.lastStep();
  }

  /** Time of the newest line, nanoseconds since the epoch. */
  public long lastTimeNanos() {
    return lastTimeNanos;
  }

  /** Newest finite loss of the live segment; NaN when none. */
  public double lastLoss() {
    return detection.lastLoss();
  }

  /** How much of the run's lines was understood. */
  public Understanding understanding() {
    return understanding;
  }

  /** Which detectors can judge the run now, and what the others lack. */
  public Judgings judgings() {
    return detection.judgings();
  }

  /** The current probability of divergence. */
  public Forecast forecast() {
    return detection.forecast();
  }

  /** The newest alarm of each incident that is open. */
  public List<Alarm> openIncidents() {
    return incidents.newest();
  }

  /**
   * Saves or restores everything.
   *
   * @throws IllegalArgumentException when another version saved the state: the owner then continues
   *     as for a missing one, with {@link #resume}
   */
  public void exchange(State state) {
    long version = state.integer(STATE_VERSION);
    if (version != STATE_VERSION) {
      throw new IllegalArgumentException(
          "state version = " + version + ": expected " + STATE_VERSION);
    }
    config = new RunConfig(Alarms.fields(config.fields(), state));
    preflight = Preflights.exchanged(preflight, state);
    lastTimeNanos = state.integer(lastTimeNanos);
    segment = (int) state.integer(segment);
    lineage.exchange(state);
    detection.exchange(state);
    history.exchange(state);
    incidents.exchange(state);
    stall.exchange(state);
    if (state.restoring()) {
      detection.configure(config);
      detection.expect(preflight == null ? List.of() : preflight.bands());
    }
  }

  private Use feed(Sample next) {
    long deadStep = lineage.lastStep();
    Lineage.Place place = lineage.place(next);
    segment = lineage.segmentOf(next);
    switch (place) {
      case UNKNOWN:
        return Use.OTHER;
      case LATE:
        understanding.late(next, segment == lineage.live());
        return Use.LATE;
      case BRANCH:
        branch(next, deadStep);
        break;
      case NEXT:
        break;
    }
    segment = lineage.live();
    understanding.fed(next);
    lastTimeNanos = Math.max(lastTimeNanos, next.timeNanos());
    if (detection.isNextStep(next)) {
      nextStep(next);
    }
    history.record(next);
    detection.feed(next, toIncidents);
    return Use.FED;
  }

  private void branch(Sample first, long deadStep) {
    incidents.closeAll(deadStep, first.timeNanos(), alarms);
    history.rewind(first.step() - 1, again -> detection.feed(again, verdict -> {}));
    detection.configure(config);
  }

  private void nextStep(Sample first) {
    history.nextStep(detection.seenStep());
    incidents.nextStep(first.step(), first.timeNanos(), alarms);
    incidents.close(AlarmKind.STALLED, first.step(), first.timeNanos(), alarms);
    stall.line(first.step(), first.timeNanos());
  }

  private void add(Verdict verdict) {
    incidents.add(verdict, lineage.live(), current.step(), current.timeNanos(), alarms);
  }
}
