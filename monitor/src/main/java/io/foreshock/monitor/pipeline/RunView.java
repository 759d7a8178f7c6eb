// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.control.Command;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import java.util.List;
import java.util.Map;

/**
 * A run as it stood after its last entry: what the API shows. Immutable.
 *
 * @param lastTimeNanos time of its newest line; 0 when it had none
 * @param loss newest finite loss; NaN when none
 * @param incidents how many there have been, by the worst severity each reached
 * @param preflight what was said of it before it began; null when nobody did
 * @param openIncidents newest alarm of each open incident
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
    Preflight preflight,
    List<Segment> segments,
    List<Command> commands) {

  RunView withCommands(List<Command> others) {
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
        List.copyOf(others));
  }
}
