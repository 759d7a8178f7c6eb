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
 * @param lastTimeNanos time of its newest line; 0 when it had none
 * @param loss newest finite loss; NaN when there is none
 * @param incidents number of incidents by their worst severity
 * @param preflight the preflight of the run; null when there is none
 * @param openIncidents newest alarm of each open incident
 * @param judgings which detectors can judge it; of a run at rest, at its last line
 * @param understood how much of its lines was understood since it was last loaded into memory
 */
public record RunView(
    String run,
    RunState state,
    int segment,
    long lastStep,
    long lastTimeNanos,
    double loss,
    RunConfig configuration,
    Map<Severity, Long> incidents,
    List<Alarm> openIncidents,
    Forecast forecast,
    @Nullable Preflight preflight,
    List<Segment> segments,
    List<Command> commands,
    Judgings judgings,
    Understood understood) {

  /** The view with what a snapshot's head keeps in another form. */
  RunView withJudgings(Judgings others) {
    return new RunView(
        run,
        state,
        segment,
        lastStep,
        lastTimeNanos,
        loss,
        configuration,
        incidents,
        openIncidents,
        forecast,
        preflight,
        segments,
        commands,
        others,
        understood);
  }
}
