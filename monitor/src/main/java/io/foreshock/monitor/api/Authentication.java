// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Admits or refuses a request.
 *
 * <p>With tokens a request needs {@code Authorization: Token|Bearer TOKEN}. InfluxDB 1 clients send
 * the token as the password of Basic authentication or of {@code ?u=&p=}, and Trackio's client as
 * {@code X-Trackio-Write-Token}. Without tokens, which is possible on loopback only, anyone on this
 * machine is admitted. Web pages from elsewhere, which make a browser on this machine send
 * requests, are refused.
 */
final class Authentication implements Handler<RoutingContext> {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1\\]?|\\[?0:0:0:0:0:0:0:1\\]?");

  private static final String CHALLENGE = "Bearer realm=\"foreshock\"";

  /** Delay of the answer to a wrong token after too many wrong ones from its address. */
  private static final long SLOW_MILLIS = 1000;

  /** Most answers that are delayed at a time, because each uses memory; others are sent at once. */
  private static final int MAX_SLOW = 1000;

  private final List<byte[]> tokens;
  private final WrongTokens wrongTokens;
  private final AtomicInteger slow = new AtomicInteger();

  Authentication(List<String> tokens, WrongTokens wrongTokens) {
    this.tokens = tokens.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    this.wrongTokens = wrongTokens;
  }

  /** Whether an address is reachable from this machine only. */
  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (tokens.isEmpty()) {
      refuseForeignPages(ctx.request());
      ctx.next();
    } else if (isKnown(ctx)) {
      ctx.next();
    } else {
      refuse(ctx);
    }
  }

  private boolean isKnown(RoutingContext ctx) {
    String given = token(ctx.request());
    if (given == null) {
      ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
      throw new ApiException(401, "a token is required: Authorization: Token ...");
    }
    byte[] bytes = given.getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (byte[] token : tokens) {
      // all are compared, each in constant time
      known |= MessageDigest.isEqual(token, bytes);
    }
    return known;
  }

  /** Answers a wrong token, with a delay after too many wrong ones from its address. */
  private void refuse(RoutingContext ctx) {
    ctx.response().putHeader("WWW-Authenticate", CHALLENGE);
    long seconds = wrongTokens.from(ctx.request().remoteAddress().hostAddress());
    if (seconds == 0) {
      throw new ApiException(401, "this token is not one of the configured ones");
    }
    ctx.response().putHeader("Retry-After", String.valueOf(seconds));
    ApiException tooMany =
        new ApiException(429, "too many wrong tokens from this address, and this one is wrong too");
    if (slow.get() >= MAX_SLOW) {
      throw tooMany;
    }
    slow.incrementAndGet();
    ctx.vertx()
        .setTimer(
            SLOW_MILLIS,
            id -> {
              slow.decrementAndGet();
              ctx.fail(tooMany);
            });
  }

  private static @Nullable String token(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    if (header == null) {
      String trackio = request.getHeader("X-Trackio-Write-Token");
      return trackio == null ? request.getParam("p") : trackio;
    }
    int space = header.indexOf(' ');
    String scheme = space < 0 ? header : header.substring(0, space).toLowerCase(Locale.ROOT);
    String value = space < 0 ? "" : header.substring(space + 1).strip();
    return switch (scheme) {
      case "token", "bearer" -> value;
      case "basic" -> password(value);
      default -> null;
    };
  }

  private static @Nullable String password(String credentials) {
    try {
      String plain = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return plain.substring(plain.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null; // not Base64, so there are no credentials
    }
  }

  private static void refuseForeignPages(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null || !isLoopback(authority.host())) {
      throw new ApiException(
          403, "without a token only requests to a loopback address are answered");
    }
    String origin = request.getHeader("Origin");
    if (origin != null && !sameHost(origin, authority)) {
      throw new ApiException(403, "requests from pages of another origin are not answered");
    }
  }

  private static boolean sameHost(String origin, HostAndPort authority) {
    try {
      URI uri = URI.create(origin);
      return authority.host().equalsIgnoreCase(uri.getHost()) && authority.port() == uri.getPort();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
