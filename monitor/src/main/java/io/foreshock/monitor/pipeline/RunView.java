// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.control.Command;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Judgings;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Understood;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run after its last entry, as the API returns it. Immutable.
 *
 * @param newest its newest line
 * @param course what the list of runs shows of its steps
 * @param outlook what is expected of it
 * @param remarks what people say of it
 */
public record RunView(
    String run,
    RunState state,
    Newest newest,
    Course course,
    RunConfig configuration,
    Alarms alarms,
    Outlook outlook,
    List<Segment> segments,
    List<Command> commands,
    Reading reading,
    Remarks remarks) {

  public RunView {
    if (remarks == null) { // in a snapshot of an earlier version
      remarks = Remarks.NONE;
    }
  }

  /**
   * The newest line of a run.
   *
   * @param timeNanos 0 when it had none
   * @param loss newest finite loss; NaN when there is none
   */
  public record Newest(int segment, long step, long timeNanos, double loss) {}

  /**
   * The incidents of a run.
   *
   * @param incidents number of incidents by their worst severity
   * @param open newest alarm of each open incident
   * @param openings by the open incident's name
   */
  public record Alarms(
      Map<Severity, Long> incidents, List<Alarm> open, Map<String, Opening> openings) {}

  /**
   * The beginning of an open incident.
   *
   * @param timeNanos time of its first alarm; null when an earlier version raised it
   * @param worst worst severity of its alarms
   */
  public record Opening(@Nullable Long timeNanos, Severity worst) {}

  /**
   * What is expected of a run.
   *
   * @param preflight the preflight of the run; null when there is none
   */
  public record Outlook(Forecast forecast, @Nullable Preflight preflight) {}

  /**
   * How a run's lines are read.
   *
   * @param judgings which detectors can judge it; of a run at rest, at its last line
   * @param understood how much of its lines was understood since it was last loaded into memory
   */
  public record Reading(Judgings judgings, Understood understood) {}

  /** The view with what a snapshot's head keeps in another form. */
  RunView withReading(Reading other) {
    return new RunView(
        run,
        state,
        newest,
        course,
        configuration,
        alarms,
        outlook,
        segments,
        commands,
        other,
        remarks);
  }

  /** Whether people are done with it. */
  public boolean archived() {
    return remarks.description().archived();
  }

  /** Its tags: those that a person gave it, otherwise those of its configuration. */
  public List<String> tags() {
    List<String> given = remarks.description().tags();
    return given == null ? configuration.tags() : given;
  }

  /** Its notes: those that a person gave it, otherwise those of its configuration. */
  public String notes() {
    String given = remarks.description().notes();
    return given == null ? configuration.notes() : given;
  }
}
