// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.IngestSettings;
import io.foreshock.monitor.wire.Exchange;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The MLflow server to which requests are forwarded. Runs and experiments have other ids there.
 *
 * <p>An experiment is found by its name or created. A run is created when the first request about
 * it comes, and its id there is kept. <b>Threads.</b> One.
 */
final class OtherServer {
  /** The server answered that a request is wrong; trying again does not help. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /** Field of a created run's id here, which the client's request does not have. */
  static final String CREATED = "foreshock_run_id";

  private static final String PREFIX = "/api/2.0/mlflow/";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ANSWER = 4 << 20;

  private final Exchange exchange = new Exchange(TIMEOUT);
  private final String url;
  private final String token;
  private final Tracking tracking;
  private final Map<String, String> experiments = new HashMap<>();

  OtherServer(IngestSettings.Mlflow settings, Tracking tracking) {
    this.url = settings.forward().replaceFirst("/+$", "");
    this.token = settings.forwardToken();
    this.tracking = tracking;
  }

  /**
   * Sends a request with the ids of this server.
   *
   * @throws RefusedException when it is wrong there
   * @throws IOException when the server is away or busy
   */
  void send(String operation, ObjectNode body) throws IOException, InterruptedException {
    if (operation.equals("runs/create")) {
      run(body.path(CREATED).asText());
      return;
    }
    ObjectNode mapped = body.deepCopy();
    String run = new Request(body).text("run_id");
    run = run.isEmpty() ? new Request(body).text("run_uuid") : run;
    if (!run.isEmpty()) {
      String id = run(run);
      mapped.put("run_id", id).put("run_uuid", id);
    }
    String experiment = new Request(body).text("experiment_id");
    if (!experiment.isEmpty()) {
      mapped.put("experiment_id", experiment(experiment));
    }
    if (operation.equals("experiments/create")) {
      experiment(named(body.path("name").asText()));
      return;
    }
    post(operation, mapped);
  }

  /** The id of a run there; creates the run when it is not there yet. */
  private String run(String id) throws IOException, InterruptedException {
    TrackedRun run = tracking.run(id);
    if (run.forwardedId() != null) {
      return run.forwardedId();
    }
    ArrayNode tags =
        Json.array(
            run.tags().entrySet(),
            tag -> Json.object().put("key", tag.getKey()).put("value", tag.getValue()));
    ObjectNode body =
        Json.object()
            .put("experiment_id", experiment(run.experiment()))
            .put("run_name", run.name())
            .put("user_id", run.user())
            .put("start_time", run.life().startMillis());
    body.set("tags", tags);
    String forwarded = post("runs/create", body).at("/run/info/run_id").asText();
    if (forwarded.isEmpty()) {
      throw new IOException("the answer to runs/create holds no run_id");
    }
    tracking.change(id, known -> known.withForwardedId(forwarded));
    return forwarded;
  }

  private String named(String name) {
    return tracking.experimentNamed(name).map(Experiment::id).orElse(Experiment.DEFAULT_ID);
  }

  /** The id of an experiment there: that of the same name, or a new one. */
  private String experiment(String id) throws IOException, InterruptedException {
    @Nullable String known = experiments.get(id);
    if (known != null) {
      return known;
    }
    String name = tracking.experiment(id).name();
    String query = "?experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    Exchange.Answer answer =
        exchange.sendForAll(request("experiments/get-by-name" + query).GET().build(), MAX_ANSWER);
    String found =
        answer.status() == 404
            ? post("experiments/create", Json.object().put("name", name))
                .path("experiment_id")
                .asText()
            : checked(answer).at("/experiment/experiment_id").asText();
    experiments.put(id, found);
    return found;
  }

  private JsonNode post(String operation, ObjectNode body)
      throws IOException, InterruptedException {
    return checked(
        exchange.sendForAll(
            request(operation)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                .build(),
            MAX_ANSWER));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + PREFIX + path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static JsonNode checked(Exchange.Answer answer) throws IOException {
    int status = answer.status();
    if (status / 100 == 2) {
      return Json.tree(answer.text());
    }
    String message = "status " + status + ": " + answer.text();
    boolean wrong = status == 400 || status == 404 || status == 409 || status == 413;
    throw wrong ? new RefusedException(message) : new IOException(message);
  }
}
