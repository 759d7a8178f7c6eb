// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.foreshock.monitor.config.InfluxSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Severity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is asked of an InfluxDB 2, and how its documented answers are read. No such server runs
 * here: docs/gaps.md.
 */
class InfluxDb2Test {
  /** What the fake server answers, by method and path. */
  private final Map<String, String> answers = new ConcurrentHashMap<>();

  /** The answer where there is none. */
  private volatile int status = 404;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private InfluxStore store;

  @TempDir Path directory;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    store =
        InfluxStore.open(
            new InfluxSettings(url, "org", "a \"bucket\"", "secret", InfluxSettings.Query.FLUX),
            30,
            directory.resolve("progress"));
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  @Test
  void asksForClosedIncidentsByTheirTags() {
    assertEquals(
        """
        from(bucket: "b")
          |> range(start: 1970-01-01T00:00:00.000000005Z, stop: 1970-01-01T00:00:00.000000010Z)
          |> filter(fn: (r) => r._measurement == "alarm" and r._field == "json")
          |> filter(fn: (r) => r.state == "closed")
          |> filter(fn: (r) => r.severity == "warning" or r.severity == "critical")
          |> filter(fn: (r) => r.run == "a \\"run\\"")
          |> filter(fn: (r) => r.kind == "loss_spike")
          |> group()
          |> sort(columns: ["_time"], desc: true)
          |> limit(n: 7)
        """,
        FluxReader.closing(
            "b",
            new IncidentQuery(
                5, Severity.WARNING, "a \"run\"", "loss_spike", new IncidentPlace(9, "a"), 3),
            7));
  }

  @Test
  void asksForOneRowALineInOrderOfTime() {
    SeriesQuery query =
        new SeriesQuery("R", "train_layer", List.of("grad_rms"), "3", 1, 0, 5, 99, 10);
    assertEquals(
        """
        from(bucket: "b")
          |> range(start: 1677-09-22T00:00:00Z, stop: 2262-04-11T00:00:00Z)
          |> filter(fn: (r) => r._measurement == "train_layer" and r.run == "R")
          |> filter(fn: (r) => r.layer == "3")
          |> filter(fn: (r) => r.head == "1")
          |> filter(fn: (r) => r.segment == "0")
          |> filter(fn: (r) => r._field == "step" or r._field == "grad_rms")
          |> drop(columns: ["_start", "_stop", "_measurement"])
          |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
          |> filter(fn: (r) => exists r.step and r.step >= 5 and r.step <= 99)
          |> group()
          |> sort(columns: ["_time"])
        """,
        FluxReader.series("b", query));
  }

  @Test
  void noNameIsTakenForFlux() {
    String query = FluxReader.alarms("b", "\" or true) // ${r._value} \\x \\");
    assertTrue(
        query.contains("r.run == \"\\\" or true) // \\${r._value} \\\\x \uFF3C\")"), () -> query);
  }

  @Test
  void readsAnnotatedCsv() {
    answers.put(
        "POST /api/v2/query",
        """
        #datatype,string,long,dateTime:RFC3339,string,string,long,double,boolean,string
        #group,false,false,false,false,false,false,false,false,false
        #default,_result,,,,,,,,
        ,result,table,_time,run,segment,step,loss,flag,note
        ,,0,2025-10-09T08:53:20.000000001Z,R,0,1,2.5,true,"a,b"
        ,,0,2025-10-09T08:53:20.000000002Z,R,0,2,,false,
        ,,0,2025-10-09T08:53:20.000000003Z,R,0,3,1.5,,
        ,,0,2025-10-09T08:53:20.000000003Z,R,1,3,1.5,,

        """
            .replace("\n", "\r\n"));
    List<Series> series = store.series(query());
    assertEquals(List.of("flag", "loss"), series.stream().map(Series::field).toList());
    assertEquals(List.of(1L, 3L), series.get(1).step());
    assertEquals(List.of(2.5, 1.5), series.get(1).mean());
    assertEquals(List.of(1L, 1L), series.get(1).count(), "under two segments, counted once");
    assertEquals(List.of(1.0, 0.0), series.get(0).mean());
    String query = Json.tree(asked.get(0)).path("query").asText();
    assertTrue(query.startsWith("from(bucket: \"a \\\"bucket\\\"\")"), query);
  }

  @Test
  void anEmptyAnswerIsNoSeries() {
    answers.put("POST /api/v2/query", "\r\n");
    assertEquals(List.of(), store.series(query()));
  }

  @Test
  void anErrorInTheAnswerIsAnError() {
    answers.put(
        "POST /api/v2/query",
        """
        #datatype,string,string
        #group,true,true
        #default,,
        ,error,reference
        ,"engine: out of memory",897

        """
            .replace("\n", "\r\n"));
    StoreException failure = assertThrows(StoreException.class, () -> store.series(query()));
    assertTrue(failure.getMessage().contains("out of memory"), failure.getMessage());
  }

  @Test
  void readsAlarmsInOrder() {
    String alarm =
        "{\"\"run\"\":\"\"R\"\",\"\"step\"\":1,\"\"time\"\":\"\"%s\"\",\"\"state\"\":\"\"%s\"\"}";
    answers.put(
        "POST /api/v2/query",
        """
        #datatype,string,long,dateTime:RFC3339,string
        #group,false,false,false,false
        #default,_result,,,
        ,result,table,_time,_value
        ,,0,2025-10-09T08:53:20Z,"%s"
        ,,0,2025-10-09T08:53:20Z,"%s"

        """
            .formatted(
                alarm.formatted("2025-10-09T08:53:20Z", "closed"),
                alarm.formatted("2025-10-09T08:53:20Z", "open"))
            .replace("\n", "\r\n"));
    List<String> alarms = store.alarms("R");
    assertEquals(2, alarms.size());
    assertTrue(alarms.get(0).contains("\"open\""), () -> alarms.toString());
  }

  @Test
  void makesTheBucketWithItsRetention() {
    answers.put("GET /api/v2/buckets", "{\"buckets\": []}");
    answers.put("GET /api/v2/orgs", "{\"orgs\": [{\"id\": \"00ff\", \"name\": \"org\"}]}");
    answers.put(
        "POST /api/v2/buckets",
        "{\"id\": \"01\", \"name\": \"b\", \"orgID\": \"00ff\", \"retentionRules\": []}");
    answers.put("POST /api/v2/write", "");
    store.write(List.of(), List.of(), 1);
    String made = asked.get(asked.size() - 1);
    assertEquals(30 * 86_400, Json.tree(made).at("/retentionRules/0/everySeconds").asInt(), made);
    assertEquals("00ff", Json.tree(made).path("orgID").asText());
    int before = asked.size();
    store.write(List.of(), List.of(), 2);
    assertEquals(before, asked.size(), "asked once");
  }

  @Test
  void writesAllTheSameWhenTheTokenMayNotLookAtBuckets() {
    store.write(List.of(), List.of(), 3); // buckets answer 404
    assertEquals(3, store.appliedSequence());
  }

  @Test
  void deletesAllTimesOfARunWhateverItsName() {
    answers.put("POST /api/v2/delete", "");
    store.delete("a \"run\" \\ OR x=1\n\\", 4);
    JsonNode deletion = Json.tree(asked.get(asked.size() - 1));
    assertEquals("run=\"a \\\"run\\\" \\\\ OR x=1\\n\uFF3C\"", deletion.path("predicate").asText());
    assertEquals("1677-09-22T00:00:00Z", deletion.path("start").asText());
    assertEquals("2262-04-11T00:00:00Z", deletion.path("stop").asText());
    assertEquals(4, store.appliedSequence());
  }

  @Test
  void aDeletionThatIsNotAllowedIsTriedAgainAndOneThatIsImpossibleIsNot() {
    status = 403;
    StoreException refused = assertThrows(StoreException.class, () -> store.delete("r", 5));
    assertTrue(refused.getMessage().contains("does not allow this token to delete"));
    assertEquals(0, store.appliedSequence());
    status = 405;
    store.delete("r", 5);
    assertEquals(5, store.appliedSequence(), "otherwise no later line would be stored");
  }

  private static SeriesQuery query() {
    return new SeriesQuery("R", "train_step", List.of(), null, null, null, 0, Long.MAX_VALUE, 100);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      asked.add(body);
      String answer =
          answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
      byte[] bytes = answer == null ? new byte[0] : answer.getBytes(StandardCharsets.UTF_8);
      boolean json = answer != null && answer.startsWith("{");
      exchange.getResponseHeaders().add("Content-Type", json ? "application/json" : "text/csv");
      exchange.sendResponseHeaders(
          answer == null ? status : 200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
