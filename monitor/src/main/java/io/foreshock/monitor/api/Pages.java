// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.wire.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

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
  private static final String INDEX = "web/index.html";

  /** In {@code Accept-Encoding}, gzip without {@code ;q=0}. */
  private static final Pattern GZIP = Pattern.compile("\\bgzip\\b(?! *; *q=0(\\.0*)? *(,|$))");

  private static final String UNCHANGING = "public, max-age=31536000, immutable";
  private static final String CHECKED = "no-cache";

  /** A file as it is, and compressed where that is worth it. */
  private record File(Buffer plain, @Nullable Buffer gzip) {
    private static final int LEAST_BYTES = 1000;

    static File of(byte[] bytes, String type) throws IOException {
      boolean worthIt =
          bytes.length >= LEAST_BYTES && !type.startsWith("image/png") && !type.startsWith("font/");
      if (!worthIt) {
        return new File(Buffer.buffer(bytes), null);
      }
      ByteArrayOutputStream gzip = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
        out.write(bytes);
      }
      return new File(Buffer.buffer(bytes), Buffer.buffer(gzip.toByteArray()));
    }
  }

  private final Map<String, File> files = new ConcurrentHashMap<>();
  private final MonitorConfig config;
  private volatile @Nullable PageIndex index; // of a monitor without visitors nobody needs it

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
    PageIndex known = index;
    if (known != null) {
      page(ctx, known);
      return;
    }
    ctx.vertx()
        .executeBlocking(() -> PageIndex.of(Pages::text), false)
        .onSuccess(
            read -> {
              index = read;
              page(ctx, read);
            })
        .onFailure(ctx::fail);
  }

  private void page(RoutingContext ctx, PageIndex current) {
    String path = ctx.normalizedPath();
    Matcher versioned = PageIndex.VERSIONED.matcher(path);
    if (path.equals("/") || path.equals("/index.html")) {
      serve(ctx, INDEX, CHECKED, () -> current.html().getBytes(StandardCharsets.UTF_8));
    } else if (versioned.matches()) {
      // a page of an older version, which is open, gets the newer file, but does not keep it
      boolean unchanged = versioned.group(1).equals(current.version());
      serve(ctx, "web/" + versioned.group(2), unchanged ? UNCHANGING : CHECKED);
    } else {
      serve(ctx, "web" + path, CHECKED);
    }
  }

  /** {@code /webjars/**}: answers with a library; its version is part of its path. */
  void library(RoutingContext ctx) {
    serve(ctx, "META-INF/resources" + ctx.normalizedPath(), UNCHANGING);
  }

  private void serve(RoutingContext ctx, String resource, String caching) {
    serve(ctx, resource, caching, () -> read(resource));
  }

  /** Files are read and compressed off the event loop, because telemetry waits for that one. */
  private void serve(
      RoutingContext ctx, String resource, String caching, Callable<byte @Nullable []> content) {
    String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
    if (type == null || resource.contains("..")) {
      ctx.fail(404);
      return;
    }
    File known = files.get(resource);
    if (known != null) {
      answer(ctx, known, type, caching);
      return;
    }
    ctx.vertx()
        .executeBlocking(() -> file(resource, type, content.call()), false)
        .onSuccess(
            file -> {
              if (file == null) {
                ctx.fail(404);
              } else {
                answer(ctx, file, type, caching);
              }
            })
        .onFailure(ctx::fail);
  }

  private void answer(RoutingContext ctx, File file, String type, String caching) {
    ctx.response()
        .putHeader("Content-Type", type)
        .putHeader("Cache-Control", caching)
        .putHeader("Content-Security-Policy", POLICY + frameAncestors(ctx));
    if (file.gzip != null) {
      ctx.response().putHeader("Vary", "Accept-Encoding");
    }
    if (file.gzip != null && takesGzip(ctx)) {
      ctx.response().putHeader("Content-Encoding", "gzip").end(file.gzip);
    } else {
      ctx.response().end(file.plain);
    }
  }

  private static boolean takesGzip(RoutingContext ctx) {
    String accepted = ctx.request().getHeader("Accept-Encoding");
    return accepted != null && GZIP.matcher(accepted).find();
  }

  private @Nullable File file(String resource, String type, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      return null; // a missing file is not kept, because anyone can ask for any name
    }
    File file = File.of(bytes, type);
    files.put(resource, file);
    return file;
  }

  /** Other pages may embed this one where the configuration says so and the URL asks for it. */
  private String frameAncestors(RoutingContext ctx) {
    List<String> origins = config.page().frameAncestors();
    boolean embeds = ctx.request().params().contains("embed");
    return embeds && !origins.isEmpty() ? String.join(" ", origins) : NONE;
  }

  private static String text(String path) {
    byte[] bytes = read("web/" + path);
    if (bytes == null) {
      throw new IllegalStateException("resource web/" + path + " is missing");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] read(String resource) {
    try (InputStream in = Pages.class.getClassLoader().getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("resource " + resource + " cannot be read", e);
    }
  }
}
