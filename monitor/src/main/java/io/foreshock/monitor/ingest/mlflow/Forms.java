// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.util.Collection;
import java.util.Map;

/** MLflow's JSON forms of experiments and runs. */
final class Forms {
  private Forms() {}

  static ObjectNode of(Experiment experiment) {
    ObjectNode json =
        Json.object()
            .put("experiment_id", experiment.id())
            .put("name", experiment.name())
            .put("artifact_location", artifacts(experiment.id()))
            .put("lifecycle_stage", stage(experiment.deleted()))
            .put("creation_time", experiment.createdMillis())
            .put("last_update_time", experiment.createdMillis());
    json.set("tags", pairs(experiment.tags()));
    return json;
  }

  static ObjectNode info(TrackedRun run) {
    TrackedRun.Life life = run.life();
    ObjectNode json =
        Json.object()
            .put("run_id", run.id())
            .put("run_uuid", run.id())
            .put("run_name", run.name())
            .put("experiment_id", run.experiment())
            .put("user_id", run.user())
            .put("status", life.status().name())
            .put("start_time", life.startMillis())
            .put("artifact_uri", artifacts(run.experiment()) + "/" + run.id() + "/artifacts")
            .put("lifecycle_stage", stage(life.deleted()));
    if (life.endMillis() > 0) {
      json.put("end_time", life.endMillis());
    }
    return json;
  }

  /**
   * A run with its data.
   *
   * @param metrics newest values, each in MLflow's form
   */
  static ObjectNode of(TrackedRun run, Map<String, Object> params, Collection<ObjectNode> metrics) {
    ObjectNode data = Json.object();
    data.set("metrics", Json.MAPPER.createArrayNode().addAll(metrics));
    data.set("params", pairs(params));
    data.set("tags", pairs(run.tags()));
    ObjectNode json = Json.object();
    json.set("info", info(run));
    json.set("data", data);
    json.set("inputs", Json.object());
    return json;
  }

  static ObjectNode metric(String key, double value, long timestampMillis, long step) {
    return Json.object()
        .put("key", key)
        .put("value", value) // one that is not finite is written as text, as protobuf does
        .put("timestamp", timestampMillis)
        .put("step", step);
  }

  private static ArrayNode pairs(Map<String, ?> of) {
    return Json.array(
        of.entrySet(),
        pair -> Json.object().put("key", pair.getKey()).put("value", text(pair.getValue())));
  }

  private static String text(Object value) {
    boolean whole =
        value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15;
    return whole ? Long.toString(((Double) value).longValue()) : String.valueOf(value);
  }

  /** Files stay where the run is: a relative path is in the client's own working directory. */
  private static String artifacts(String experiment) {
    return "./mlartifacts/" + experiment;
  }

  private static String stage(boolean deleted) {
    return deleted ? "deleted" : "active";
  }
}
