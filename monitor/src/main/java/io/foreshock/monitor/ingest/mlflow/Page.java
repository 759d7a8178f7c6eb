// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a search.
 *
 * @param next token of the next page; empty after the last
 */
record Page<T>(List<T> items, String next) {
  private static final int MAX_RESULTS = 1000;

  static <T> Page<T> of(List<T> all, Request request) {
    long size = Math.max(1, Math.min(MAX_RESULTS, request.integer("max_results", MAX_RESULTS)));
    long from = Math.max(0, Math.min(all.size(), request.integer("page_token", 0)));
    long to = Math.min(all.size(), from + size);
    return new Page<>(all.subList((int) from, (int) to), to < all.size() ? Long.toString(to) : "");
  }

  /** Whether a search for active, deleted or all things wants one. */
  static boolean isWanted(String viewType, boolean deleted) {
    return switch (viewType) {
      case "ALL" -> true;
      case "DELETED_ONLY" -> deleted;
      default -> !deleted;
    };
  }

  ObjectNode json(String name, Function<T, ObjectNode> form) {
    ObjectNode json = Json.object();
    json.set(name, Json.array(items, form));
    if (!next.isEmpty()) {
      json.put("next_page_token", next);
    }
    return json;
  }
}
