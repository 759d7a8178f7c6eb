// SPDX-License-Identifier: Apache-2.0
package io.foreshock.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compose files promise, as far as their text shows it; no engine is needed. */
class ComposeTest {
  private static final Path DOCKER = Path.of("../docker");
  private static final Path PROVISIONING = Path.of("grafana/provisioning");
  private static final ObjectMapper YAML = new YAMLMapper();

  @Test
  void grafanaFindsWhatComposeMounts() throws IOException {
    JsonNode grafana = services("compose.influx.yaml").path("grafana");
    List<String> mounts = texts(grafana.path("volumes"));
    assertTrue(mounts.contains("../dashboards/grafana/provisioning:/etc/grafana/provisioning:ro"));
    JsonNode provider =
        YAML.readTree(PROVISIONING.resolve("dashboards/foreshock.yaml").toFile())
            .path("providers")
            .path(0);
    String path = provider.path("options").path("path").asText();
    assertTrue(
        mounts.contains("../dashboards/grafana/dashboards:" + path + ":ro"), mounts::toString);
    JsonNode home = grafana.path("environment").path("GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH");
    assertTrue(home.asText().startsWith(path + "/"), home::toString);
    assertTrue(Files.exists(Path.of("grafana/dashboards", home.asText().substring(path.length()))));
  }

  @Test
  void grafanaIsToldEveryVariableOfItsDataSource() throws IOException {
    JsonNode environment = services("compose.influx.yaml").path("grafana").path("environment");
    Matcher variable =
        Pattern.compile("\\$(\\w+)")
            .matcher(Files.readString(PROVISIONING.resolve("datasources/foreshock.yaml")));
    int found = 0;
    while (variable.find()) {
      assertTrue(environment.has(variable.group(1)), variable.group(1));
      found++;
    }
    assertTrue(found >= 4, "only " + found + " variables");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.influx.yaml"})
  void nothingIsPublishedBeyondThisMachine(String file) throws IOException {
    services(file)
        .forEach(
            service ->
                texts(service.path("ports"))
                    .forEach(port -> assertTrue(port.startsWith("127.0.0.1:"), port)));
  }

  @Test
  void ourOwnImagesRunWithoutRights() throws IOException {
    JsonNode monitor = services("compose.yaml").path("monitor");
    JsonNode trainer = services("compose.influx.yaml").path("trainer");
    for (JsonNode service : List.of(monitor, trainer)) {
      assertTrue(service.path("read_only").asBoolean());
      assertEquals(List.of("ALL"), texts(service.path("cap_drop")));
      assertEquals(List.of("no-new-privileges:true"), texts(service.path("security_opt")));
      assertFalse(service.path("mem_limit").asText().isEmpty());
      String image = Files.readString(DOCKER.resolveSibling(dockerfile(service)));
      assertTrue(image.contains("\nUSER 10001:10001\n"));
      assertTrue(image.contains("\nENTRYPOINT [\"/opt/foreshock/foreshock\"]\n"));
    }
  }

  private static String dockerfile(JsonNode service) {
    return service.path("build").path("dockerfile").asText();
  }

  private static JsonNode services(String file) throws IOException {
    JsonNode services = YAML.readTree(DOCKER.resolve(file).toFile()).path("services");
    assertFalse(services.isEmpty());
    return services;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
