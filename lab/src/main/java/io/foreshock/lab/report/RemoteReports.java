// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.wire.Exchange;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Asks a monitor for its report of a run.
 *
 * <p><b>Errors.</b> {@link IOException} whose message says what to do.
 */
public final class RemoteReports {
  /** A report of a run of millions of steps takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** A report shows no more points of a curve than a screen has; a page of it has a few MB. */
  private static final int MOST_BYTES = 64 << 20;

  /** A list of runs has less than a kilobyte for each; a monitor's error is one line. */
  private static final int MOST_BYTES_OF_JSON = 16 << 20;

  private static final int NEAR_NAMES = 5;

  private final Exchange exchange = new Exchange(PATIENCE);
  private final URI monitor;
  private final String token;

  /**
   * A client of the monitor at that address.
   *
   * @param token for the header Authorization; null or empty when none is needed
   */
  public RemoteReports(URI monitor, String token) {
    this.monitor = monitor;
    this.token = token;
  }

  /** The report as the monitor writes it. */
  public String report(String run, RunReport.Format format)
      throws IOException, InterruptedException {
    Exchange.Answer answer =
        get("/api/v1/runs/" + encoded(run) + "/report?format=" + format.suffix(), MOST_BYTES);
    return switch (answer.status()) {
      case 200 -> answer.text();
      case 404 -> throw new IOException(unknown(run));
      case 401, 403 ->
          throw new IOException(
              "the monitor at "
                  + monitor
                  + " refuses: "
                  + message(answer)
                  + " (--token or $FORESHOCK_TOKEN)");
      default ->
          throw new IOException(
              "the monitor at "
                  + monitor
                  + " answered "
                  + answer.status()
                  + ": "
                  + message(answer));
    };
  }

  private String unknown(String run) throws IOException, InterruptedException {
    JsonNode all = json(get("/api/v1/runs", MOST_BYTES_OF_JSON));
    if (!all.isArray()) {
      throw new IOException(
          "the monitor at " + monitor + " gave an answer that is not a monitor's");
    }
    List<String> names = new ArrayList<>();
    all.forEach(one -> names.add(one.path("run").asText()));
    if (names.isEmpty()) {
      return "no run is called '" + run + "': the monitor at " + monitor + " knows none yet";
    }
    names.sort(Comparator.comparingInt(name -> distance(run, name)));
    List<String> near = names.subList(0, Math.min(NEAR_NAMES, names.size()));
    return "no run is called '" + run + "'; near it: " + String.join(", ", near);
  }

  private Exchange.Answer get(String path, int mostBytes) throws IOException, InterruptedException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(monitor.resolve(path)).GET();
      if (token != null && !token.isEmpty()) {
        request.header("Authorization", "Token " + token);
      }
      return exchange.sendForAll(request.build(), mostBytes);
    } catch (IllegalArgumentException e) {
      throw new IOException("--monitor = " + monitor + ": expected an address as http://HOST:PORT");
    } catch (IOException e) {
      throw new IOException(
          "no monitor answers at "
              + monitor
              + " ("
              + e
              + "): start it (./foreshock monitor), name its address (--monitor URL), its data"
              + " directory (--data DIR) or recorded files (FILE.lp)",
          e);
    }
  }

  private static String message(Exchange.Answer answer) {
    JsonNode body = json(answer);
    return body.isObject() ? body.path("message").asText("") : "an answer that is not a monitor's";
  }

  /** A missing node for what is not JSON. */
  private static JsonNode json(Exchange.Answer answer) {
    try {
      return answer.text().length() > MOST_BYTES_OF_JSON
          ? MissingNode.getInstance()
          : Json.MAPPER.readTree(answer.text());
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String encoded(String run) {
    return URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Levenshtein's distance of the lower-case names; containing it counts as very near. */
  static int distance(String wanted, String name) {
    String a = wanted.toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    if (b.contains(a)) {
      return 0;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
