// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.report.RunReport;
import io.foreshock.monitor.wire.Exchange;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a monitor through its public REST API, as any user's script would.
 *
 * <p><b>Errors.</b> Throws {@link IOException} with a message that says what the user can do.
 */
public final class MonitorClient {
  /** Enough for the loss of each step of a run, and for a report of a few MB. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int MOST_BYTES_OF_PREFLIGHT = 4 << 20;
  private static final int MOST_BYTES_OF_WRITE = 1 << 20;

  /** The monitor writes the whole export before it answers. */
  private static final Duration UNTIL_EXPORT = Duration.ofMinutes(10);

  private static final int PIECE_BYTES = 64 << 10;
  private static final int MOST_QUOTED = 200;
  private static final String RUNS = "api/v1/runs";

  private final URI base;
  private final @Nullable String token;
  private final Exchange exchange;
  private final String otherwise;

  /**
   * A client of the monitor at that address.
   *
   * @param token for the header Authorization; null or empty when none is needed
   * @param patience how long to wait for each answer
   */
  public MonitorClient(URI base, @Nullable String token, Duration patience) {
    this(base, token, patience, "");
  }

  /**
   * The same, with a hint for the message when no monitor answers.
   *
   * @param otherwise what the user can do instead, appended to that message
   */
  MonitorClient(URI base, @Nullable String token, Duration patience, String otherwise) {
    this.base = base;
    this.token = token;
    this.exchange = new Exchange(patience);
    this.otherwise = otherwise;
  }

  /** Whether the monitor is up. */
  public boolean healthy() throws InterruptedException {
    try {
      return get("health").status() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  /**
   * Sends lines of telemetry whose times are in nanoseconds, and returns whatever the monitor
   * answers.
   */
  public Exchange.Answer write(byte[] lines) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("api/v2/write?precision=ns").POST(HttpRequest.BodyPublishers.ofByteArray(lines));
    return send(request, MOST_BYTES_OF_WRITE);
  }

  /** What an answer says is wrong. */
  public static String problem(Exchange.Answer answer) {
    return message(answer);
  }

  /** Whether the monitor has received anything of the run. */
  public boolean knows(String run) throws IOException, InterruptedException {
    return get(path(run, "")).status() == 200;
  }

  public JsonNode run(String run) throws IOException, InterruptedException {
    return json(get(path(run, "")));
  }

  public JsonNode alarms(String run) throws IOException, InterruptedException {
    return json(get(path(run, "/alarms")));
  }

  public JsonNode commands(String run) throws IOException, InterruptedException {
    return json(get(path(run, "/commands")));
  }

  /** The loss of one segment by step, as the run sent it. */
  public NavigableMap<Long, Double> losses(String run, int segment)
      throws IOException, InterruptedException {
    String query = "/series?measurement=train_step&fields=loss&buckets=100000&segment=" + segment;
    JsonNode series = json(get(path(run, query))).path("series").path(0);
    NavigableMap<Long, Double> losses = new TreeMap<>();
    for (int i = 0; i < series.path("step").size(); i++) {
      losses.put(series.path("step").get(i).asLong(), series.path("mean").get(i).asDouble());
    }
    return losses;
  }

  /** A run's report as the monitor writes it. */
  public String report(String run, RunReport.Format format)
      throws IOException, InterruptedException {
    Exchange.Answer answer = get(path(run, "/report?format=" + format.suffix()));
    if (answer.status() == 404) {
      throw new IOException("there is no run '" + run + "'" + hint(run));
    }
    return checked(answer).text();
  }

  /**
   * The monitor's judgement of a run that has not begun.
   *
   * @throws IllegalArgumentException when the monitor refuses a field, with its message
   */
  public JsonNode preflight(JsonNode configuration) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("api/v1/preflight")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.text(configuration)));
    Exchange.Answer answer = send(request, MOST_BYTES_OF_PREFLIGHT);
    Optional<JsonNode> body = tree(answer);
    if (answer.status() == 400 && body.isPresent()) {
      throw new IllegalArgumentException(message(answer));
    }
    return json(answer);
  }

  /**
   * The answer to a statement of SQL.
   *
   * @param body JSON or CSV
   * @param truncated whether rows were left out
   */
  public record SqlAnswer(String body, boolean truncated) {}

  /**
   * Runs a SELECT over all runs.
   *
   * @param format json or csv
   * @param rows most rows of the answer
   */
  public SqlAnswer sql(String statement, String format, int rows)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("api/v1/sql?format=" + format + "&rows=" + rows)
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(statement));
    Exchange.Answer answer = send(request, MOST_BYTES);
    if (answer.status() == 400 && tree(answer).isPresent()) {
      throw new IOException(message(answer)); // DuckDB's own, which names the place in the text
    }
    String text = checked(answer).text();
    boolean truncated =
        format.equals("csv")
            ? answer.headers().firstValue("X-Foreshock-Truncated").orElse("").equals("true")
            : json(answer).path("truncated").asBoolean();
    return new SqlAnswer(text, truncated);
  }

  /**
   * Writes all values of a run to a stream, however many there are.
   *
   * @param format parquet, csv or lp
   * @param progress gets the number of bytes so far, after each piece
   */
  public void export(String run, String format, OutputStream out, LongConsumer progress)
      throws IOException, InterruptedException {
    HttpRequest request =
        request(path(run, "/export?format=" + format)).timeout(UNTIL_EXPORT).build();
    HttpResponse<InputStream> answer;
    try {
      answer =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    }
    try (InputStream in = answer.body()) {
      if (answer.statusCode() != 200) {
        String text = new String(in.readNBytes(MOST_BYTES_OF_WRITE), StandardCharsets.UTF_8);
        if (answer.statusCode() == 404) {
          throw new IOException("there is no run '" + run + "'" + hint(run));
        }
        throw refused(new Exchange.Answer(answer.statusCode(), answer.headers(), text, true));
      }
      byte[] piece = new byte[PIECE_BYTES];
      long bytes = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        out.write(piece, 0, n);
        bytes += n;
        progress.accept(bytes);
      }
    }
  }

  /** Names of runs that are similar to the word, as the end of an error message. */
  private String hint(String word) throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    json(get(RUNS)).forEach(run -> names.add(run.path("run").asText()));
    names.removeIf(String::isEmpty); // another program than a monitor answered
    return names.isEmpty()
        ? ": the monitor at " + base + " has no runs yet"
        : NearNames.hint(word, names);
  }

  private Exchange.Answer get(String path) throws IOException, InterruptedException {
    return send(request(path), MOST_BYTES);
  }

  private HttpRequest.Builder request(String path) throws IOException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/" + path));
      return token == null || token.isEmpty()
          ? request
          : request.header("Authorization", "Token " + token);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "--monitor = " + base + ": expected an address such as http://127.0.0.1:8087", e);
    }
  }

  private Exchange.Answer send(HttpRequest.Builder request, int mostBytes)
      throws IOException, InterruptedException {
    try {
      return exchange.sendForAll(request.build(), mostBytes);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private IOException unreachable(IOException e) {
    return new IOException(
        "no monitor answers at %s (%s): start one (./foreshock monitor), give its address (--monitor URL)%s"
            .formatted(base, e, otherwise),
        e);
  }

  private JsonNode json(Exchange.Answer answer) throws IOException {
    return tree(checked(answer)).orElseThrow(() -> refused(answer));
  }

  private Exchange.Answer checked(Exchange.Answer answer) throws IOException {
    if (answer.status() != 200) {
      throw refused(answer);
    }
    return answer;
  }

  private IOException refused(Exchange.Answer answer) {
    boolean stranger = answer.status() == 401 || answer.status() == 403;
    return new IOException(
        "the monitor at "
            + base
            + (stranger ? " refuses the request: " : " answered " + answer.status() + ": ")
            + message(answer)
            + (stranger ? " (give a token with --token or $FORESHOCK_TOKEN)" : ""));
  }

  private static String message(Exchange.Answer answer) {
    return tree(answer)
        .map(body -> body.path("message").asText())
        .orElseGet(() -> "the answer does not come from a monitor: " + start(answer.text()));
  }

  /** A JSON object or array; empty for anything else, such as the page of a proxy in between. */
  private static Optional<JsonNode> tree(Exchange.Answer answer) {
    try {
      return Optional.of(Json.tree(answer.text())).filter(JsonNode::isContainerNode);
    } catch (IllegalArgumentException notJson) {
      return Optional.empty();
    }
  }

  private static String start(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
  }

  private static String path(String run, String rest) {
    return RUNS + "/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20") + rest;
  }
}
