// SPDX-License-Identifier: Apache-2.0
package io.foreshock.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboards for Grafana ask only for what the store has, and are found where they lie. */
class GrafanaTest {
  private static final Path GRAFANA = Path.of("grafana");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new YAMLMapper();

  @ParameterizedTest
  @ValueSource(strings = {"runs", "run", "layers"})
  void aDashboardKeepsTheRules(String name) throws IOException {
    assertEquals(List.of(), DashboardRules.problems(dashboard(name), provisionedSources()));
  }

  @Test
  void everyFileIsOneOfThemAndItsUidItsOwn() throws IOException {
    Set<String> uids = new HashSet<>();
    for (Path file : files(GRAFANA.resolve("dashboards"))) {
      String name = file.getFileName().toString().replace(".json", "");
      assertEquals("foreshock-" + name, JSON.readTree(file.toFile()).path("uid").asText());
      assertTrue(uids.add(name));
    }
    assertEquals(Set.of("runs", "run", "layers"), uids);
  }

  @Test
  void linksLeadToDashboardsThatExist() throws IOException {
    for (String name : List.of("runs", "run", "layers")) {
      String text = dashboard(name).toString();
      for (int at = text.indexOf("/d/"); at >= 0; at = text.indexOf("/d/", at + 1)) {
        String uid = text.substring(at + 3).split("[^a-z-]", 2)[0];
        assertTrue(Files.exists(file(uid.replace("foreshock-", ""))), uid);
      }
    }
  }

  /** Each replacement breaks the dashboard "run" in one way, and the rules must tell which. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          r._field == \\"grad_norm\\"         | r._field == \\"gradnorm\\"        | field gradnorm
          r._measurement == \\"alarm\\"       | r._measurement == \\"alarms\\"    | measurement alarms
          r._measurement == \\"train_step\\"  | r._measurement == \\"train_layer\\" | is not in [train_layer]
          r.severity                          | r.level                           | column level
          \\"incident\\"                      | \\"accident\\"                    | column accident
          v.windowPeriod                      | v.window                          | v.window
          start: v.timeRangeStart             | start: 0                          | time range
          ${run:doublequote}                  | ${runs:doublequote}               | variable runs
          "uid":"${datasource}"               | "uid":"influx"                    | data source "influx"
          "value":"foreshock"                 | "value":"influx"                  | data source influx
          "id":2                              | "id":1                            | id taken
          "x":12                              | "x":11                            | lies over
          "w":12                              | "w":13                            | does not fit
          "unit":"sci"                        | "unit":""                         | Learning rate: no unit
          "axisLabel":"seconds"               | "axisLabel":""                    | no axis label
          "schemaVersion":39                  | "schemaVersion":16                | schemaVersion
          """)
  void aBrokenDashboardIsRefused(String part, String broken, String problem) throws IOException {
    String good = dashboard("run").toString();
    assertTrue(good.contains(part), "the dashboard lacks " + part);
    List<String> problems =
        DashboardRules.problems(JSON.readTree(good.replace(part, broken)), provisionedSources());
    assertTrue(problems.toString().contains(problem), problems::toString);
  }

  private static JsonNode dashboard(String name) throws IOException {
    return JSON.readTree(file(name).toFile());
  }

  private static Path file(String name) {
    return GRAFANA.resolve("dashboards/" + name + ".json");
  }

  private static Set<String> provisionedSources() throws IOException {
    Set<String> uids = new HashSet<>();
    for (Path file : files(GRAFANA.resolve("provisioning/datasources"))) {
      YAML.readTree(file.toFile())
          .path("datasources")
          .forEach(source -> uids.add(source.path("uid").asText()));
    }
    return uids;
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
