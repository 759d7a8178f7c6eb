// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.List;
import java.util.function.Consumer;

/**
 * All that is known of one run while it is watched: lineage, detectors, incidents, outlook.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner, fed in order of arrival.
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

  private final String run;
  private final Sample sample = Sample.ofStep(0, 0);
  private RunConfig config = RunConfig.EMPTY;
  private long lastStep;
  private long lastTimeNanos;

  /** A watch over a run of which nothing is known yet. */
  public RunWatch(String run, int horizonSteps) {
    this.run = run;
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
      return Taken.CONFIG;
    }
    Telemetry.fill(sample, measurement, point);
    lastStep = sample.step();
    lastTimeNanos = sample.timeNanos();
    return Taken.FED;
  }

  /** Lets time pass without a line: what finds a stalled run. */
  public void tick(long nowNanos, Consumer<Alarm> alarms) {}

  /** The run's name. */
  public String run() {
    return run;
  }

  /** What the run announced. */
  public RunConfig config() {
    return config;
  }

  /** Segment that the line last accepted belongs to. */
  public int segment() {
    return 0;
  }

  /** The run's tree of segments, oldest first. */
  public List<Segment> segments() {
    return List.of(new Segment(0, -1, 0, lastStep, 0, true));
  }

  /** Newest step of the live segment. */
  public long lastStep() {
    return lastStep;
  }

  /** Time of the newest line, nanoseconds since the epoch. */
  public long lastTimeNanos() {
    return lastTimeNanos;
  }

  /** Newest finite loss of the live segment; NaN when none. */
  public double lastLoss() {
    return Double.NaN;
  }

  /** The outlook. */
  public Forecast forecast() {
    return new Forecast(Double.NaN, 200, Double.NaN, Double.NaN, Double.NaN);
  }

  /** The newest alarm of each incident that is open. */
  public List<Alarm> openIncidents() {
    return List.of();
  }

  /** Saves or restores everything. */
  public void exchange(State state) {}
}
