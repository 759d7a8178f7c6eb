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

/**
 * All that is known of one run while it is watched: lineage, detectors, incidents, forecast.
 *
 * <p><b>Rollback.</b> When a new segment branches off at step s, incidents of the dead one are
 * closed and the detectors continue as they were at s (how exactly: {@code History}).
 *
 * <p><b>Threads.</b> Not safe: one run, one owner, fed in order of arrival. <b>Cost.</b> That of
 * the detectors, plus a snapshot of them every few dozen steps. <b>State.</b> Bounded whatever is
 * sent.
 */
public final class RunWatch {
  /** What became of a line. */
  public enum Taken {
    /** Newest of its series: fed to the detectors. */
    FED,
    /** A {@code run_config}. */
    CONFIG,
    /** Older than what its series has seen: to be stored once, too late for the detectors. */
    LATE,
    /** Neither step nor layer nor configuration: stored and charted only. */
    OTHER
  }

  /**
   * How far ahead a run's forecast looks unless somebody asks for another horizon, steps: as far as
   * the model was fitted to, so that its probabilities need no conversion.
   */
  public static final int DEFAULT_HORIZON_STEPS = DivergenceModel.FITTED_HORIZON;

  /** To be raised whenever the layout of the state changes; a test compares the two. */
  static final long STATE_VERSION = 4;

  private static final int HARDLY_BEGUN = 100;

  private final String run;
  private final Sample sample = Sample.ofStep(0, 0);
  private final Lineage lineage = new Lineage();
  private final Detection detection;
  private final History history;
  private final Incidents incidents;
  private final StallWatch stall = new StallWatch();
  private final Consumer<Verdict> take = this::take;
  private RunConfig config = RunConfig.EMPTY;
  private Preflight preflight;
  private long lastTimeNanos;

  /** Of the newest run_config, which is judged as it comes: no part of the state. */
  private long announcedNanos;

  private int segment;
  private Consumer<Alarm> alarms = alarm -> {};
  private Sample current = sample;

  /**
   * A watch over a run of which nothing is known yet.
   *
   * @param horizonSteps how far ahead the forecast looks, steps
   */
  public RunWatch(String run, int horizonSteps) {
    this(run, horizonSteps, DivergenceModel.shipped());
  }

  /** A watch that forecasts by another model than the one shipped. */
  public RunWatch(String run, int horizonSteps, DivergenceModel model) {
    this.run = run;
    this.detection = new Detection(horizonSteps, model);
    this.history = new History(detection::exchange);
    this.incidents = new Incidents(run);
  }

  /**
   * Takes the run's next line; its time must be in nanoseconds.
   *
   * @throws MalformedLineException when the line breaks the contract; nothing has changed then
   */
  public Taken accept(Point point, Consumer<Alarm> alarms) throws MalformedLineException {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == null) {
      return Taken.OTHER;
    }
    if (measurement == Measurement.RUN_CONFIG) {
      config = config.with(Telemetry.config(point));
      announcedNanos = point.timestamp();
      detection.configure(config);
      return Taken.CONFIG;
    }
    Telemetry.fill(sample, measurement, point);
    return accept(sample, alarms);
  }

  /** Takes the run's next {@code train_step} or {@code train_layer} line, read already. */
  public Taken accept(Sample line, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = line;
    return take(line);
  }

  /**
   * Takes what runs of other sizes and rates say of this one: its bands from now on, and an alarm
   * when it is expected to diverge and has hardly begun: a tenth of its plan, or {@value
   * #HARDLY_BEGUN} steps of one without. Later its own signals tell more.
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
      Preflights.tell(expected, lastStep(), take);
    }
  }

  /** What was said of it before it began, newest; empty when nobody did. */
  public Optional<Preflight> preflight() {
    return Optional.ofNullable(preflight);
  }

  /** What others can be judged by; empty of a run that was rolled back or has no configuration. */
  public Optional<RunSummary> summary() {
    return lineage.segments().size() > 1 || config.fields().isEmpty()
        ? Optional.empty()
        : Optional.of(detection.summary().summary(run, config));
  }

  /** Lets time pass without a line: what finds a stalled run. */
  public void tick(long nowNanos, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = sample;
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, lastStep(), nowNanos);
    stall.tick(nowNanos, lastStep(), config, take);
  }

  /**
   * Takes what the run's owner found and no detector can see, and tells it.
   *
   * @param number ends the incident's name when this opens it; of no earlier one of its kind
   */
  public void raise(Verdict verdict, long number, long timeNanos, Consumer<Alarm> alarms) {
    incidents.raise(verdict, number, lineage.live(), lastStep(), timeNanos, alarms);
  }

  /** Closes the incident of that kind, if it is open. */
  public void close(AlarmKind kind, long timeNanos, Consumer<Alarm> alarms) {
    incidents.close(kind, lastStep(), timeNanos, alarms);
  }

  /** Whether {@link #tick} may yet raise an alarm, or make one worse, though no line comes. */
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
   * Goes on with a run of which only this is known, after its state was lost: detectors start anew,
   * and nothing that was found of it is found again. To be called before the first line.
   *
   * @param expected what was said of it before it began; null when nobody did
   * @param segments of the run, oldest first; may be empty
   * @param newestLoss NaN when unknown
   * @param openIncidents newest alarm of each
   */
  public void resume(
      RunConfig announced,
      Preflight expected,
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

  /** What the run announced. */
  public RunConfig config() {
    return config;
  }

  /** Segment that the line last accepted belongs to; a dead one after a late line. */
  public int segment() {
    return segment;
  }

  /** Segment that the run trains in, whichever line came last. */
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

  /** The probability of divergence now. */
  public Forecast forecast() {
    return detection.forecast();
  }

  /** The newest alarm of each incident that is open. */
  public List<Alarm> openIncidents() {
    return incidents.newest();
  }

  /**
   * Saves or restores everything. States of version 3 can still be restored.
   *
   * @throws IllegalArgumentException when the state was saved by a version that is too old or too
   *     new
   */
  public void exchange(State state) {
    long version = state.integer(STATE_VERSION);
    if (version == Version3.NUMBER) {
      state.numbered(Version3.ORDERS);
    } else if (version != STATE_VERSION) {
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
    incidents.exchange(state, version != Version3.NUMBER);
    stall.exchange(state);
    if (state.restoring()) {
      detection.configure(config);
      detection.expect(preflight == null ? List.of() : preflight.bands());
    }
  }

  private Taken take(Sample next) {
    long deadStep = lineage.lastStep();
    Lineage.Place place = lineage.place(next);
    segment = lineage.segmentOf(next);
    switch (place) {
      case UNKNOWN:
        return Taken.OTHER;
      case LATE:
        return Taken.LATE;
      case BRANCH:
        branch(next, deadStep);
        break;
      case NEXT:
        break;
    }
    segment = lineage.live();
    lastTimeNanos = Math.max(lastTimeNanos, next.timeNanos());
    if (detection.isNextStep(next)) {
      nextStep(next);
    }
    history.record(next);
    detection.feed(next, take);
    return Taken.FED;
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

  private void take(Verdict verdict) {
    incidents.take(verdict, lineage.live(), current.step(), current.timeNanos(), alarms);
  }
}
