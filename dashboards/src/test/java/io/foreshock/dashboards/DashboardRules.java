// SPDX-License-Identifier: Apache-2.0
package io.foreshock.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Grafana dashboard must keep to so that it shows what it promises. */
final class DashboardRules {
  private static final int COLUMNS = 24;
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)[^}]*}|(\\w+))");

  private final JsonNode dashboard;
  private final Set<String> dataSources;
  private final List<String> problems = new ArrayList<>();

  private DashboardRules(JsonNode dashboard, Set<String> dataSources) {
    this.dashboard = dashboard;
    this.dataSources = dataSources;
  }

  /**
   * Everything that is wrong with a dashboard.
   *
   * @param dataSources uids of the provisioned data sources
   */
  static List<String> problems(JsonNode dashboard, Set<String> dataSources) {
    DashboardRules rules = new DashboardRules(dashboard, dataSources);
    rules.identity();
    rules.panels();
    rules.layout();
    rules.variables();
    rules.dataSources(dashboard);
    rules.queries();
    return rules.problems;
  }

  private void identity() {
    require(dashboard.path("uid").asText().matches("[a-z0-9-]{8,40}"), "uid: expected 8 to 40");
    require(
        dashboard.path("schemaVersion").asInt() == 39, "schemaVersion: expected Grafana 11's 39");
    require(!dashboard.has("id"), "id: belongs to one Grafana only");
    for (String text : List.of("title", "description")) {
      require(!dashboard.path(text).asText().isBlank(), text + ": missing");
    }
  }

  private void panels() {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      require(ids.add(panel.path("id").asInt()), title + ": id taken");
      require(!title.isBlank(), "panel " + panel.path("id") + ": no title");
      require(!panel.path("description").asText().isBlank(), title + ": no description");
      require(!panel.path("targets").isEmpty(), title + ": asks for nothing");
      Set<String> references = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        require(references.add(target.path("refId").asText()), title + ": refId taken");
      }
      JsonNode defaults = panel.path("fieldConfig").path("defaults");
      if (panel.path("type").asText().equals("timeseries")) {
        require(!defaults.path("unit").asText().isEmpty(), title + ": no unit");
        JsonNode label = defaults.path("custom").path("axisLabel");
        require(!label.asText().isEmpty(), title + ": no axis label");
      }
    }
    require(!ids.isEmpty(), "no panels");
  }

  private void layout() {
    Set<Integer> taken = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      JsonNode place = panel.path("gridPos");
      int left = place.path("x").asInt(-1);
      int right = left + place.path("w").asInt();
      int top = place.path("y").asInt(-1);
      int bottom = top + place.path("h").asInt();
      boolean fits = left >= 0 && left < right && right <= COLUMNS && top >= 0 && top < bottom;
      require(fits, title + ": does not fit the grid");
      for (int cell = 0; fits && cell < (right - left) * (bottom - top); cell++) {
        int x = left + cell % (right - left);
        int y = top + cell / (right - left);
        if (!taken.add(y * COLUMNS + x)) {
          problems.add(title + ": lies over another panel");
          fits = false;
        }
      }
    }
  }

  private void variables() {
    Set<String> defined = new HashSet<>();
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      String name = variable.path("name").asText();
      require(defined.add(name), "variable " + name + ": defined twice");
    }
    Matcher used = VARIABLE.matcher(dashboard.toString());
    while (used.find()) {
      String name = used.group(1) == null ? used.group(2) : used.group(1);
      require(
          name.startsWith("__") || defined.contains(name), "variable " + name + ": not defined");
    }
  }

  private void dataSources(JsonNode node) {
    JsonNode uid = node.path("datasource").path("uid");
    if (!uid.isMissingNode()) {
      boolean known = uid.asText().equals("${datasource}") || uid.asText().equals("-- Grafana --");
      require(known, "data source " + uid + ": expected ${datasource}");
    }
    node.forEach(this::dataSources);
    if (node == dashboard) {
      for (JsonNode variable : dashboard.path("templating").path("list")) {
        if (variable.path("type").asText().equals("datasource")) {
          String standard = variable.path("current").path("value").asText();
          require(dataSources.contains(standard), "data source " + standard + ": not provisioned");
        }
      }
    }
  }

  private void queries() {
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        query(panel.path("title").asText(), target.path("query").asText());
      }
    }
    for (JsonNode variable : dashboard.path("templating").path("list")) {
      if (variable.path("type").asText().equals("query")) {
        query("variable " + variable.path("name").asText(), variable.path("query").asText());
      }
    }
    for (JsonNode marks : dashboard.path("annotations").path("list")) {
      if (marks.has("target")) {
        query("marks " + marks.path("name").asText(), marks.path("target").path("query").asText());
      }
    }
  }

  private void query(String where, String text) {
    new FluxQuery(text).problems().forEach(problem -> problems.add(where + ": " + problem));
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }
}
