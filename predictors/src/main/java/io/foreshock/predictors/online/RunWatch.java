// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.EvaluationLosses;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
    /** It is an event that changed what the run is doing. */
    EVENT,
    /** It is none of these, or repeats an event: it is stored and charted only. */
    OTHER
  }

  /**
   * Default horizon of a run's forecast, steps. It is the horizon for which the model was fitted,
   * so that its probabilities need no conversion.
   */
  public static final int DEFAULT_HORIZON_STEPS = DivergenceModel.FITTED_HORIZON;

  /** Default start-up time-out: seconds from a run's announcement to its first step. */
  public static final int DEFAULT_STARTUP_SECONDS = 1800;

  /** Version of the state's layout. Raise it when the layout changes; a test compares the two. */
  static final long STATE_VERSION = 7;

  private final String run;
  private final Sample sample = Sample.ofStep(0, 0);
  private final Lineage lineage = new Lineage();
  private final Detection detection;
  private final Boundaries boundaries = new Boundaries();
  private final History history;
  private final Incidents incidents;
  private final Rules rules;
  private final Life life = new Life();
  private final StallWatch stall;
  private final RankTimes ranks = new RankTimes();
  private final Events events;
  private final Understanding understanding;
  private final EvaluationLosses evaluations = new EvaluationLosses();
  private final Consumer<Verdict> toIncidents = this::add;
  private final Consumer<Sample> toEvaluation = this::evaluate;
  private RunConfig config = RunConfig.EMPTY;

  /** Tags given in place of those of the configuration; null = none; not part of the state. */
  private @Nullable List<String> givenTags;

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
    this(run, horizonSteps, DEFAULT_STARTUP_SECONDS);
  }

  /**
   * A watch over a new run.
   *
   * @param horizonSteps how far ahead the forecast looks, steps
   * @param startupSeconds how long a run that announced itself may send no step; 0 = for ever
   */
  public RunWatch(String run, int horizonSteps, int startupSeconds) {
    this(run, horizonSteps, startupSeconds, DivergenceModel.shipped());
  }

  /** A watch that forecasts with another model than the one shipped. */
  public RunWatch(String run, int horizonSteps, DivergenceModel model) {
    this(run, horizonSteps, DEFAULT_STARTUP_SECONDS, model);
  }

  private RunWatch(String run, int horizonSteps, int startupSeconds, DivergenceModel model) {
    this.run = run;
    this.detection = new Detection(horizonSteps, model);
    this.history = new History(detection::exchange, boundaries);
    this.incidents = new Incidents(run);
    this.rules = new Rules(run);
    this.understanding = new Understanding(rules::judge);
    this.stall = new StallWatch(startupSeconds, life);
    this.events = new Events(life, stall, boundaries, incidents, rules, detection);
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
      readEvaluations(point, alarms);
      boolean event = events.apply(point, lastStep(), alarms);
      readRules(point, alarms);
      return event ? Use.EVENT : Use.OTHER;
    }
    if (measurement == Measurement.RUN_CONFIG) {
      understanding.other(point);
      config = config.with(Telemetry.config(point));
      announcedNanos = point.timestamp();
      stall.announce(point.timestamp());
      detection.configure(config);
      rules.tags(tags());
      return Use.CONFIG;
    }
    int ignored = Telemetry.fill(sample, measurement, point);
    understanding.sample(sample, point, ignored);
    return accept(sample, point, alarms);
  }

  /**
   * Reads the run's next {@code train_step} or {@code train_layer} line, already parsed. The caller
   * counts it in {@link #understanding}.
   *
   * @param point the whole line, for evaluations and the user's rules; null to hide it from them
   */
  public Use accept(Sample line, @Nullable Point point, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = line;
    Use use = feed(line);
    if (point != null) {
      if (line.hasForeignFields()) {
        readEvaluations(point, alarms);
      }
      readRules(point, alarms);
    }
    return use;
  }

  /** Reads a line of a step or layer of which nothing else must be seen. */
  public Use accept(Sample line, Consumer<Alarm> alarms) {
    return accept(line, null, alarms);
  }

  /** Sets the user's rules. The incidents of rules that are gone are closed with the next line. */
  public void rules(List<Rule> userRules) {
    rules.set(userRules);
  }

  /** Sets the user's rules, and closes the incidents of those that are gone. */
  public void rules(List<Rule> userRules, long timeNanos, Consumer<Alarm> alarms) {
    rules.set(userRules);
    rules.closeGone(lastStep(), timeNanos, alarms);
  }

  /**
   * Sets tags that the run has in place of those of its configuration. Incidents of rules that are
   * no longer for it are closed with the next line.
   *
   * @param given null = those of the configuration
   */
  public void tags(@Nullable List<String> given) {
    givenTags = given;
    rules.tags(tags());
  }

  /** Sets the run's tags, and closes the incidents of rules that are no longer for it. */
  public void tags(@Nullable List<String> given, long timeNanos, Consumer<Alarm> alarms) {
    tags(given);
    rules.closeGone(lastStep(), timeNanos, alarms);
  }

  private List<String> tags() {
    List<String> given = givenTags;
    return given == null ? config.tags() : given;
  }

  /**
   * Sets what runs of other sizes and learning rates predict for this one. Its bands are used from
   * now on. An alarm is raised when the run is expected to be unstable and has hardly begun.
   */
  public void expect(Preflight expected, Consumer<Alarm> alarms) {
    this.alarms = alarms;
    this.current = sample;
    long now = Math.max(lastTimeNanos, announcedNanos);
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, lastStep(), now);
    preflight = expected;
    detection.expect(expected.bands());
    Preflights.judge(expected, config, lastStep(), toIncidents);
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
    return stall.awaits(lastStep(), config, incidents.worst(AlarmKind.STALLED));
  }

  /**
   * Continues a run whose state is missing. Detectors start anew, and incidents that are open are
   * not raised again. Call it before the first line.
   *
   * @param expected the newest preflight of the run, if there is one
   * @param segments of the run, oldest first; may be empty
   * @param newestLoss NaN when unknown
   * @param ended how it ended, if it said so
   * @param openIncidents newest alarm of each open incident
   */
  public void resume(
      RunConfig announced,
      @Nullable Preflight expected,
      List<Segment> segments,
      long newestNanos,
      double newestLoss,
      RunEvent.@Nullable Status ended,
      List<Alarm> openIncidents) {
    config = announced;
    preflight = expected;
    detection.expect(expected == null ? List.of() : expected.bands());
    detection.configure(config);
    lastTimeNanos = newestNanos;
    detection.resume(newestLoss);
    life.resume(ended, newestNanos);
    lineage.resume(segments, newestNanos);
    segment = lineage.live();
    rules.tags(tags());
    Map<Boolean, List<Alarm>> open =
        openIncidents.stream()
            .collect(Collectors.partitioningBy(alarm -> alarm.verdict().rule() != null));
    incidents.resume(open.getOrDefault(false, List.of()));
    rules.resume(open.getOrDefault(true, List.of()));
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

  /** What the run said that it does, and how it ended. */
  public Life life() {
    return life;
  }

  /**
   * Time of the newest line that shows that the run is alive: a step, its first announcement, or an
   * event. Nanoseconds since the epoch; 0 when there was none.
   */
  public long lastSignNanos() {
    return Math.max(lastTimeNanos, Math.max(0, stall.lastSign()));
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
    return detection.judgings().with(ranks.judging(), rules.judgings());
  }

  /** The current probability of divergence. */
  public Forecast forecast() {
    return detection.forecast();
  }

  /** The newest alarm of each incident that is open. */
  public List<Alarm> openIncidents() {
    List<Alarm> open = incidents.newest();
    if (rules.any()) {
      open = new ArrayList<>(open);
      open.addAll(rules.newest());
    }
    return open;
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
    boundaries.exchange(state);
    incidents.exchange(state);
    rules.exchange(state);
    ranks.exchange(state);
    stall.exchange(state);
    if (state.restoring()) {
      detection.configure(config);
      detection.expect(preflight == null ? List.of() : preflight.bands());
    }
  }

  /**
   * Judges the losses of evaluations that a line holds, whatever else it is. An evaluation belongs
   * to its step in the live segment. It opens no segment, and it is no step.
   */
  private void readEvaluations(Point line, Consumer<Alarm> newAlarms) {
    alarms = newAlarms;
    evaluations.read(line, toEvaluation);
  }

  private void readRules(Point point, Consumer<Alarm> alarms) {
    if (rules.any()) {
      rules.line(point, lineage.live(), lineage.lastStep(), alarms);
    }
  }

  private Use feed(Sample next) {
    long deadStep = lineage.lastStep();
    Lineage.Place place = lineage.place(next);
    segment = lineage.segmentOf(next);
    if (next.rank() != Sample.NO_RANK && segment == lineage.live()) {
      ranks.line(next);
    }
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
    stall.line(next);
    detection.feed(next, toIncidents);
    return Use.FED;
  }

  private void branch(Sample first, long deadStep) {
    incidents.closeAll(deadStep, first.timeNanos(), alarms);
    history.rewind(
        first.step() - 1, again -> detection.feed(again, verdict -> {}), detection::boundary);
    detection.configure(config);
  }

  private void nextStep(Sample first) {
    if (boundaries.isDue(first.step(), detection.seenStep())) {
      detection.boundary();
    }
    history.nextStep(detection.seenStep());
    incidents.nextStep(first.step(), first.timeNanos(), alarms);
    incidents.close(AlarmKind.STALLED, first.step(), first.timeNanos(), alarms);
    stall.step(first.step(), first.timeNanos());
    ranks.step(toIncidents);
  }

  private void evaluate(Sample evaluation) {
    current = evaluation;
    if (lineage.isLive(evaluation)) {
      history.record(evaluation);
      detection.feed(evaluation, toIncidents);
    }
  }

  private void add(Verdict verdict) {
    incidents.add(verdict, lineage.live(), current.step(), current.timeNanos(), alarms);
  }
}
