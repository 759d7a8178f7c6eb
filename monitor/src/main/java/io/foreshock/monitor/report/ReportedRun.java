// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.postmortem.RunHistory;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.List;

/** A run as a report needs it, from a store or from a recording. */
public interface ReportedRun extends RunHistory {
  /** The run's name. */
  String name();

  /** The configuration that the run announced. */
  RunConfig configuration();

  /** Its alarms, oldest first. */
  List<RaisedAlarm> alarms();

  /** What happened to it, as the API's objects, oldest first. */
  List<JsonNode> events();

  /** Commands given to it as the API's objects, oldest first. */
  List<JsonNode> commands();
}
