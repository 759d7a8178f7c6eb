// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** A report of a run of millions of steps takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int NEAR_NAMES = 5;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
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
    HttpResponse<String> answer =
        get("/api/v1/runs/" + encoded(run) + "/report?format=" + format.suffix());
    return switch (answer.statusCode()) {
      case 200 -> answer.body();
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
                  + answer.statusCode()
                  + ": "
                  + message(answer));
    };
  }

  private String unknown(String run) throws IOException, InterruptedException {
    JsonNode all = Json.tree(get("/api/v1/runs").body());
    List<String> names = new ArrayList<>();
    all.forEach(one -> names.add(one.path("run").asText()));
    if (names.isEmpty()) {
      return "no run is called '" + run + "': the monitor at " + monitor + " knows none yet";
    }
    names.sort(Comparator.comparingInt(name -> distance(run, name)));
    List<String> near = names.subList(0, Math.min(NEAR_NAMES, names.size()));
    return "no run is called '" + run + "'; near it: " + String.join(", ", near);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(monitor.resolve(path)).timeout(PATIENCE).GET();
      if (token != null && !token.isEmpty()) {
        request.header("Authorization", "Token " + token);
      }
      return http.send(request.build(), BodyHandlers.ofString());
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

  private static String message(HttpResponse<String> answer) {
    try {
      return Json.MAPPER.readTree(answer.body()).path("message").asText("");
    } catch (JsonProcessingException e) {
      return "an answer that is not a monitor's";
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
