// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the dashboard's files from the class path, and keeps them in memory after the first use.
 *
 * <p>They need no token, because they hold no data; the page fetches all data from the API.
 */
final class Pages {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "map", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2");
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
          + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ";
  private static final String NONE = "'none'";

  private final Map<String, Optional<Buffer>> files = new ConcurrentHashMap<>();
  private final MonitorConfig config;

  Pages(MonitorConfig config) {
    this.config = config;
  }

  /** {@code GET /api/v1/page}: what the configuration says about the page. */
  void defaults(RoutingContext ctx) {
    ObjectNode json = Json.object();
    json.set("charts", Json.MAPPER.valueToTree(config.page().charts()));
    json.put("public_url", config.access().publicUrl());
    Answers.json(ctx, json);
  }

  /** Answers any path outside the API with a file of the dashboard. */
  void page(RoutingContext ctx) {
    String path = ctx.normalizedPath();
    serve(ctx, "web" + (path.endsWith("/") ? path + "index.html" : path), "no-cache");
  }

  /** {@code /webjars/**}: answers with a library; its version is part of its path. */
  void library(RoutingContext ctx) {
    serve(ctx, "META-INF/resources" + ctx.normalizedPath(), "public, max-age=31536000, immutable");
  }

  private void serve(RoutingContext ctx, String resource, String caching) {
    String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
    if (type == null || resource.contains("..")) {
      ctx.fail(404);
      return;
    }
    Optional<Buffer> file = files.get(resource);
    if (file == null) {
      file = read(resource);
      if (file.isPresent()) { // a missing file is not kept, because anyone can ask for any name
        files.put(resource, file);
      }
    }
    if (file.isEmpty()) {
      ctx.fail(404);
      return;
    }
    ctx.response()
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", caching)
        .putHeader("Content-Security-Policy", POLICY + frameAncestors(ctx))
        .end(file.get());
  }

  /** Other pages may embed this one where the configuration says so and the URL asks for it. */
  private String frameAncestors(RoutingContext ctx) {
    List<String> origins = config.page().frameAncestors();
    boolean embeds = ctx.request().params().contains("embed");
    return embeds && !origins.isEmpty() ? String.join(" ", origins) : NONE;
  }

  private static Optional<Buffer> read(String resource) {
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new IllegalStateException("resource " + resource + " cannot be read", e);
    }
  }
}
