// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.ingest.Refusal;
import io.foreshock.monitor.wire.Json;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The operations on experiments. */
record ExperimentCalls(Tracking tracking, Clock clock) {
  CompletionStage<ObjectNode> create(Request request) {
    return tracking
        .create(request.required("name"), request.pairs("tags"), clock.millis())
        .thenApply(experiment -> Json.object().put("experiment_id", experiment.id()));
  }

  CompletionStage<ObjectNode> get(Request request) {
    return now(wrapped(tracking.experiment(request.required("experiment_id"))));
  }

  CompletionStage<ObjectNode> getByName(Request request) {
    String name = request.required("experiment_name");
    return now(
        tracking
            .experimentNamed(name)
            .map(ExperimentCalls::wrapped)
            .orElseThrow(
                () ->
                    Refusal.of(
                        404, "RESOURCE_DOES_NOT_EXIST", "no experiment is named '" + name + "'")));
  }

  CompletionStage<ObjectNode> search(Request request) {
    Filter filter = Filter.of(request.text("filter"));
    Page<Experiment> page =
        Page.of(
            tracking.experiments().stream()
                .filter(e -> Page.isWanted(request.text("view_type"), e.deleted()))
                .filter(
                    e -> filter.matches((kind, key) -> Filter.value(e.name(), e.tags(), kind, key)))
                .sorted(Comparator.comparing(Experiment::createdMillis).reversed())
                .toList(),
            request);
    return now(page.json("experiments", Forms::of));
  }

  CompletionStage<ObjectNode> update(Request request) {
    Experiment experiment = tracking.experiment(request.required("experiment_id"));
    return changed(experiment.withName(request.required("new_name")));
  }

  CompletionStage<ObjectNode> delete(Request request) {
    return changed(tracking.experiment(request.required("experiment_id")).withDeleted(true));
  }

  CompletionStage<ObjectNode> restore(Request request) {
    return changed(tracking.experiment(request.required("experiment_id")).withDeleted(false));
  }

  CompletionStage<ObjectNode> setTag(Request request) {
    Experiment experiment = tracking.experiment(request.required("experiment_id"));
    Map<String, String> tags = new LinkedHashMap<>(experiment.tags());
    tags.put(request.key(), request.text("value"));
    return changed(experiment.withTags(tags));
  }

  private CompletionStage<ObjectNode> changed(Experiment experiment) {
    return tracking.change(experiment).thenApply(done -> Json.object());
  }

  private static ObjectNode wrapped(Experiment experiment) {
    ObjectNode json = Json.object();
    json.set("experiment", Forms.of(experiment));
    return json;
  }

  private static CompletionStage<ObjectNode> now(ObjectNode json) {
    return CompletableFuture.completedFuture(json);
  }
}
