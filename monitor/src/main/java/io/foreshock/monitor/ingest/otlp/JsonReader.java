// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.ingest.JsonBody;
import io.foreshock.monitor.ingest.otlp.ResourceMetrics.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads OTLP's JSON, in which integers of 64 bits may be texts. */
final class JsonReader {
  private static final List<String> UNUSABLE =
      List.of("histogram", "exponentialHistogram", "summary");

  private JsonReader() {}

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException when the bytes are no JSON object
   */
  static List<ResourceMetrics> read(byte[] body) {
    List<ResourceMetrics> all = new ArrayList<>();
    for (JsonNode resource : JsonBody.read(body).path("resourceMetrics")) {
      List<Point> points = new ArrayList<>();
      long unusable = 0;
      for (JsonNode scope : resource.path("scopeMetrics")) {
        for (JsonNode metric : scope.path("metrics")) {
          String name = metric.path("name").asText();
          add(name, metric.path("gauge"), points);
          add(name, metric.path("sum"), points);
          for (String kind : UNUSABLE) {
            unusable += metric.path(kind).path("dataPoints").size();
          }
        }
      }
      Map<String, String> attributes = texts(resource.path("resource").path("attributes"));
      all.add(new ResourceMetrics(attributes, points, unusable));
    }
    return all;
  }

  private static void add(String name, JsonNode of, List<Point> points) {
    for (JsonNode point : of.path("dataPoints")) {
      JsonNode value = point.has("asInt") ? point.path("asInt") : point.path("asDouble");
      Double number = JsonBody.number(value.asText());
      if (number != null) {
        long timeNanos = point.path("timeUnixNano").asLong();
        points.add(new Point(name, texts(point.path("attributes")), number, timeNanos));
      }
    }
  }

  private static Map<String, String> texts(JsonNode attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (JsonNode attribute : attributes) {
      texts.put(attribute.path("key").asText(), text(attribute.path("value")));
    }
    return texts;
  }

  private static String text(JsonNode value) {
    if (value.has("arrayValue")) {
      List<String> items = new ArrayList<>();
      value.path("arrayValue").path("values").forEach(item -> items.add(text(item)));
      return String.join(",", items);
    }
    for (JsonNode only : value) { // such as {"stringValue": "x"}
      return only.asText();
    }
    return "";
  }
}
