// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.foreshock.monitor.pipeline.Engine;
import io.foreshock.monitor.pipeline.RunState;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.pipeline.Runs;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.store.RunAlarms;
import io.foreshock.monitor.store.SeriesQuery;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.PreflightJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The tools that an assistant can use; {@code mcp-tools.json} describes them. All of them only
 * read.
 *
 * <p><b>Errors.</b> A failed future, or an exception, whose message says what to correct.
 */
record McpTools(
    Vertx vertx,
    Runs runs,
    RunList list,
    Stores stores,
    SignalsApi signals,
    SeriesApi series,
    ReportApi report,
    Engine engine) {
  private static final int RUNS = 50;
  private static final int BUCKETS = 50;
  private static final int MAX_BUCKETS = 2000;

  /**
   * Uses a tool; null when there is none of that name.
   *
   * @param arguments a JSON object
   * @return JSON, or Markdown for a report
   */
  @Nullable Future<String> call(String tool, JsonNode arguments) {
    return switch (tool) {
      case "list_runs" -> listRuns(with(arguments, "state", "q", "limit"));
      case "signals" -> {
        RunView view = view(with(arguments, "run"));
        yield blocking(() -> signals.json(view));
      }
      case "series" -> {
        SeriesQuery query =
            query(
                with(arguments, "run", "measurement", "fields", "layer", "from", "to", "buckets"));
        yield blocking(() -> series.json(query));
      }
      case "incidents" -> incidents(with(arguments, "run", "severity"));
      case "report" -> report.write(vertx, view(with(arguments, "run")), RunReport.Format.MD);
      case "preflight" -> preflight(with(arguments, "configuration"));
      default -> null;
    };
  }

  private Future<String> listRuns(JsonNode arguments) {
    String state = text(arguments, "state", "");
    RunListing.Query query =
        new RunListing.Query(
            RunFilter.parse(state.isEmpty() ? null : RunState.of(state), text(arguments, "q", "")),
            RunOrder.NEWEST,
            null,
            (int) integer(arguments, "limit", RUNS, 1, 1000),
            List.of(),
            false);
    return list.read(listing -> listing.page(query).json().toString());
  }

  private SeriesQuery query(JsonNode arguments) {
    String layer = text(arguments, "layer", "");
    return new SeriesQuery(
        view(arguments).run(),
        text(arguments, "measurement", "train_step"),
        names(arguments.path("fields")),
        layer.isEmpty() ? null : layer,
        null,
        null,
        integer(arguments, "from", 0, 0, Long.MAX_VALUE),
        integer(arguments, "to", Long.MAX_VALUE, 0, Long.MAX_VALUE),
        (int) integer(arguments, "buckets", BUCKETS, 1, MAX_BUCKETS));
  }

  private Future<String> incidents(JsonNode arguments) {
    String severity = text(arguments, "severity", "");
    if (arguments.hasNonNull("run")) {
      String run = view(arguments).run();
      return blocking(() -> Json.text(newest(stores.alarms(run), severity)));
    }
    ArrayNode open = Json.MAPPER.createArrayNode();
    for (RunView view : runs.views()) {
      view.alarms().open().forEach(alarm -> add(open, AlarmJson.of(alarm), severity));
    }
    return Future.succeededFuture(Json.text(open));
  }

  /** The newest alarm of each incident, in the order in which they began. */
  private static ArrayNode newest(RunAlarms alarms, String severity) {
    if (alarms.unread() != null) {
      throw alarms.unread();
    }
    Map<String, JsonNode> incidents = new LinkedHashMap<>();
    for (String line : alarms.lines()) {
      JsonNode alarm = Json.tree(line);
      incidents.put(alarm.path("incident").asText(), alarm);
    }
    ArrayNode newest = Json.MAPPER.createArrayNode();
    Collection<JsonNode> each = incidents.values();
    each.forEach(alarm -> add(newest, alarm, severity));
    return newest;
  }

  private static void add(ArrayNode alarms, JsonNode alarm, String severity) {
    if (severity.isEmpty() || alarm.path("severity").asText().equals(severity)) {
      alarms.add(alarm);
    }
  }

  private Future<String> preflight(JsonNode arguments) {
    JsonNode configuration = arguments.path("configuration");
    if (!configuration.isObject()) {
      throw new IllegalArgumentException("configuration: expected an object, fields of run_config");
    }
    return Future.fromCompletionStage(
            engine.preflight(PreflightJson.config(configuration)), vertx.getOrCreateContext())
        .map(preflight -> Json.text(PreflightJson.of(preflight)));
  }

  private RunView view(JsonNode arguments) {
    String run = text(arguments, "run", "");
    if (run.isEmpty()) {
      throw new IllegalArgumentException("run: expected the name of a run; list_runs lists them");
    }
    return runs.view(run)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no run is called '" + run + "'; list_runs lists them"));
  }

  private Future<String> blocking(Callable<String> work) {
    return vertx.executeBlocking(work, false);
  }

  private static JsonNode with(JsonNode arguments, String... known) {
    Set<String> names = Set.of(known);
    arguments
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                throw new IllegalArgumentException(
                    name + ": expected only " + String.join(", ", known));
              }
            });
    return arguments;
  }

  private static String text(JsonNode arguments, String name, String otherwise) {
    JsonNode value = arguments.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " = " + value + ": expected a text");
    }
    return value.asText();
  }

  private static long integer(JsonNode arguments, String name, long otherwise, long min, long max) {
    JsonNode value = arguments.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < min
        || value.asLong() > max) {
      throw new IllegalArgumentException(
          name + " = " + value + ": expected an integer from " + min + " to " + max);
    }
    return value.asLong();
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    if (!array.isMissingNode() && !array.isArray()) {
      throw new IllegalArgumentException("fields = " + array + ": expected a list of names");
    }
    array.forEach(name -> names.add(name.asText()));
    return names;
  }
}
