// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds {@code openapi.json} to the routes and to what they answer. */
class OpenApiIT {
  private static final Set<String> METHODS =
      Set.of("get", "post", "head", "put", "patch", "delete");

  @TempDir Path data;

  @Test
  void describesTheRoutesThereAreAndTheAnswersTheyGive() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      JsonNode description = monitor.json("/openapi.json");
      assertEquals(routes(monitor), documented(description));

      monitor.write("run_config,run=r total_steps=9i 1\n" + Telemetry.steps("r", 1, 30));
      monitor.write("train_step,run=r step=31i,loss=NaN");
      monitor.write("evaluation,run=r,name=held step=30i,loss=2.5");
      monitor.post("/api/v1/runs/r/events", "{\"kind\":\"note\",\"text\":\"hello\"}");
      monitor.count("r", "loss", 30);
      monitor.settle();
      monitor.post("/api/v1/runs/r/commands", "{\"command\":\"pause\"}");
      JsonNode schemas = description.at("/components/schemas");
      String run = "/api/v1/runs/r";
      assertKeys(schemas.path("RunSummary"), monitor.json("/api/v1/runs").get(0));
      assertKeys(schemas.at("/Run/allOf/1"), schemas.path("RunSummary"), monitor.json(run));
      assertKeys(schemas.path("Series"), monitor.json(run + "/series").at("/series/0"));
      JsonNode signals = monitor.json(run + "/signals");
      assertKeys(schemas.path("Signals"), signals);
      assertKeys(schemas.path("Signal"), signals.at("/signals/0"));
      assertKeys(schemas.path("Detector"), signals.at("/detectors/0"));
      assertKeys(schemas.at("/Run/allOf/1/properties/judged"), monitor.json(run).path("judged"));
      assertKeys(schemas.path("Segment"), monitor.json(run + "/segments").get(0));
      assertKeys(schemas.path("Event"), monitor.json(run + "/events").get(0));
      assertKeys(schemas.path("Evaluation"), monitor.json(run + "/evaluations").get(0));
      String incident = monitor.json(run).at("/open_incidents/0/incident").asText();
      monitor.post(TestMonitor.incidentPath("r", incident) + "/ack", "{}");
      assertKeys(schemas.path("Acknowledgement"), monitor.json(run + "/acknowledgements").get(0));
      assertKeys(schemas.path("AuditEntry"), monitor.json("/api/v1/audit").get(0));
      assertKeys(schemas.path("Command"), monitor.json(run + "/commands").get(0));
      JsonNode report = monitor.json(run + "/report?format=json");
      assertKeys(schemas.path("Report"), report);
      assertKeys(schemas.path("ReportEpisode"), report.at("/episodes/0"));
      assertKeys(schemas.path("ReportAction"), report.at("/actions/0"));
      assertKeys(schemas.path("SqlAnswer"), monitor.json("/api/v1/sql?statement=SELECT%201"));
      assertKeys(schemas.path("Health"), monitor.json("/health"));
      assertKeys(schemas.path("RunCounts"), monitor.json("/api/v1/counts"));
      assertKeys(schemas.path("RunColumn"), monitor.json("/api/v1/columns").get(0));
      assertKeys(schemas.path("PageDefaults"), monitor.json("/api/v1/page"));
      assertKeys(
          schemas.at("/IncidentOfRun/allOf/1"),
          schemas.path("Alarm"),
          monitor.json("/api/v1/alarms").get(0));
      JsonNode listed = monitor.json("/api/v1/runs?columns=loss&sparkline=true").get(0);
      JsonNode requested =
          description.at(
              "/paths/~1api~1v1~1runs/get/responses/200/content/application~1json/schema/items/allOf/1");
      assertKeys(requested, schemas.path("RunSummary"), listed);
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() throws Exception {
    try (TestMonitor monitor = TestMonitor.start(data, "")) {
      JsonNode description = monitor.json("/openapi.json");
      for (String reference : description.findValuesAsText("$ref")) {
        assertFalse(description.at(reference.substring(1)).isMissingNode(), reference);
      }
    }
  }

  private static Set<String> routes(TestMonitor monitor) {
    Set<String> routes = new TreeSet<>();
    for (String route : monitor.routes()) {
      // the dashboard's files are no API
      if (!route.equals("get /") && !route.equals("get /webjars/")) {
        routes.add(route.replaceAll(":([a-z]+)", "{$1}"));
      }
    }
    return routes;
  }

  private static Set<String> documented(JsonNode description) {
    Set<String> documented = new TreeSet<>();
    for (var path : description.path("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          documented.add(method.getKey() + " " + path.getKey());
        }
      }
    }
    return documented;
  }

  private static void assertKeys(JsonNode schema, JsonNode answer) {
    assertEquals(names(schema.path("properties")), names(answer));
  }

  private static void assertKeys(JsonNode schema, JsonNode base, JsonNode answer) {
    Set<String> expected = names(schema.path("properties"));
    expected.addAll(names(base.path("properties")));
    assertEquals(expected, names(answer));
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
