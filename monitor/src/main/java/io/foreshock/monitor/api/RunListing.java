// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The runs at one moment, newest line first, each already rendered. Immutable.
 *
 * <p>A page continues behind the last run of the previous page, by that run's place in the order. A
 * run whose values change in between moves. In the order of time it only moves to the front, so no
 * run is listed twice, and none is left out that did not move.
 *
 * <p><b>Cost.</b> Columns and sparklines are rendered for the runs of a page only. Any other order
 * than that of time sorts the matching runs for each page.
 */
record RunListing(List<Row> rows, Map<String, Row> byRun) {
  static final RunListing EMPTY = new RunListing(List.of(), Map.of());

  /**
   * The runs to return.
   *
   * @param after end of the previous page; null = from the first run on
   * @param limit most runs to return
   * @param columns values to add to each run
   * @param sparkline whether to add each run's losses
   */
  record Query(
      RunFilter filter,
      RunOrder order,
      @Nullable Cursor after,
      int limit,
      List<RunColumn> columns,
      boolean sparkline) {}

  /**
   * Part of the list.
   *
   * @param json an array of runs
   * @param next start of the next page; null when there are no more runs
   */
  record Page(Buffer json, @Nullable Cursor next) {}

  private record Row(RunView view, Cursor place, byte[] json) {}

  /** Returns the list of these runs; reuses those that did not change since this list. */
  RunListing with(Collection<RunView> views) {
    List<Row> newRows = new ArrayList<>(views.size());
    Map<String, Row> newByRun = new HashMap<>(2 * views.size());
    for (RunView view : views) {
      Row known = byRun.get(view.run());
      Row row = known != null && known.view == view ? known : row(view);
      newRows.add(row);
      newByRun.put(view.run(), row);
    }
    newRows.sort((a, b) -> RunOrder.NEWEST.compare(a.place, b.place));
    return new RunListing(newRows, newByRun);
  }

  /** The runs that match a query. */
  Page page(Query query) {
    Buffer json = Buffer.buffer().appendByte((byte) '[');
    int count = 0;
    Cursor last = null;
    for (Row row : ordered(query)) {
      if (query.after != null && query.order.compare(row.place, query.after) <= 0) {
        continue;
      }
      if (count == query.limit) {
        return new Page(json.appendByte((byte) ']'), last);
      }
      if (count++ > 0) {
        json.appendByte((byte) ',');
      }
      append(json, row, query);
      last = row.place;
    }
    return new Page(json.appendByte((byte) ']'), null);
  }

  /** The names of values that some run has, and the number of those runs. */
  ArrayNode columns() {
    return RunColumns.of(rows.stream().map(Row::view).toList());
  }

  /** The numbers of runs and incidents. */
  ObjectNode counts() {
    return RunCounts.of(rows.stream().map(Row::view).toList());
  }

  /** The runs that match, each with its place in the query's order. */
  private List<Row> ordered(Query query) {
    List<Row> matching = new ArrayList<>();
    boolean sorted = query.order == RunOrder.NEWEST;
    for (Row row : rows) {
      if (query.filter.matches(row.view)) {
        matching.add(sorted ? row : new Row(row.view, query.order.place(row.view), row.json));
      }
    }
    if (!sorted) {
      matching.sort((a, b) -> query.order.compare(a.place, b.place));
    }
    return matching;
  }

  private static void append(Buffer json, Row row, Query query) {
    if (query.columns.isEmpty() && !query.sparkline) {
      json.appendBytes(row.json);
      return;
    }
    json.appendBytes(row.json, 0, row.json.length - 1); // without the brace that ends it
    if (!query.columns.isEmpty()) {
      ObjectNode columns = Json.object();
      for (RunColumn column : query.columns) {
        columns.set(column.name(), Json.MAPPER.valueToTree(column.value(row.view)));
      }
      json.appendString(",\"columns\":").appendBytes(Json.bytes(columns));
    }
    if (query.sparkline) {
      json.appendString(",\"sparkline\":").appendBytes(Json.bytes(row.view.course().losses()));
    }
    json.appendByte((byte) '}');
  }

  private static Row row(RunView view) {
    return new Row(
        view,
        RunOrder.NEWEST.place(view),
        Json.text(RunsApi.summary(view)).getBytes(StandardCharsets.UTF_8));
  }
}
