// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.wire.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Judges a run by finished runs of several sizes and learning rates. */
class PreflightIT {
  private static final int STEPS = 120;
  private static final long BEGAN = 1_700_000_000_000_000_000L;
  private static final double[] SIZES = {1e5, 3e5, 1e6};
  private static final double[] RATES = {1e-3, 1e-2, 1e-1};

  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void trainOthers() throws Exception {
    monitor = TestMonitor.start(data, "");
    for (double size : SIZES) {
      for (double rate : RATES) {
        monitor.write(run("s" + size + "-r" + rate, size, rate));
      }
    }
  }

  @Test
  void aConfigurationIsJudgedByEarlierRuns() throws Exception {
    JsonNode calm = ask("{\"parameters_non_embedding\":4000000,\"learning_rate\":0.001}");
    assertEquals("stable", calm.path("verdict").asText(), calm.toPrettyString());
    JsonNode wild = ask("{\"parameters_non_embedding\":4000000,\"learning_rate\":0.1}");
    assertEquals("unstable", wild.path("verdict").asText(), wild.toPrettyString());
    assertEquals(9, wild.at("/basis/settled").asInt());
    assertEquals("attention_logit_max", wild.at("/crossings/0/signal").asText());
    assertTrue(wild.path("safe_learning_rate").asDouble() < 0.1);
    JsonNode other = ask("{\"parameters\":4000000,\"learning_rate\":0.1,\"qk_layernorm\":true}");
    assertEquals("no_basis", other.path("verdict").asText());
    assertTrue(other.path("probability").isNull());
  }

  @Test
  void aRunThatAnnouncesItselfIsJudgedBeforeItsFirstStep() throws Exception {
    monitor.write(config("doomed", 4e6, 0.1));
    JsonNode run = monitor.json(TestMonitor.runPath("doomed"));
    assertEquals("unstable", run.at("/preflight/verdict").asText());
    JsonNode alarm = run.at("/open_incidents/0");
    assertEquals("forecast_divergence", alarm.path("kind").asText());
    assertEquals("warning", alarm.path("severity").asText());
    assertEquals(0, alarm.path("step").asInt());
    assertEquals("2023-11-14T22:13:20Z", alarm.path("time").asText(), "that of the announcement");
    monitor.write(config("calm", 2e5, 1e-3));
    JsonNode calm = monitor.json(TestMonitor.runPath("calm"));
    assertEquals("stable", calm.at("/preflight/verdict").asText());
    assertEquals(0, calm.path("open_incidents").size());
  }

  @Test
  void aRunThatLeavesItsBandIsNoteworthy() throws Exception {
    monitor.write(config("astray", 3e5, 1e-3, 10 * STEPS)); // never over: no basis for the others
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= STEPS; step++) {
      step(lines, "astray", step, loss(3e5, step) + 1, logit(3e5, 1e-3, step));
    }
    monitor.write(lines.toString());
    JsonNode run = monitor.json(TestMonitor.runPath("astray"));
    JsonNode open = run.at("/open_incidents/0");
    assertEquals("loss", open.at("/evidence/off_trend").asText(), run.toPrettyString());
    assertEquals("info", open.path("severity").asText());
  }

  @Test
  void aRunUnderWayIsAskedAboutAgainOnlyWhenItsConfigurationChanges() throws Exception {
    String chatty = ofRareKind(config("chatty", 2e5, 1e-3, 10 * STEPS));
    StringBuilder lines = new StringBuilder(chatty);
    step(lines, "chatty", 1, 3, 10);
    monitor.write(lines.toString());
    for (double rate : new double[] {1e-4, 1e-3, 1e-2, 1e-1}) {
      monitor.write(ofRareKind(run("rare" + rate, 1e5, rate)));
    }
    monitor.write(chatty); // as some clients do with every step
    assertEquals("no_basis", verdict("chatty"));
    monitor.write(ofRareKind(config("chatty", 2e5, 1e-3, 20 * STEPS)));
    assertNotEquals("no_basis", verdict("chatty"));
    monitor.write(ofRareKind(config("chatty", 2e5, 1, 20 * STEPS)));
    JsonNode resumed = monitor.json(TestMonitor.runPath("chatty"));
    assertEquals(1, resumed.at("/preflight/basis/decades_outside_rate").asDouble(), 1e-9);
  }

  private static String ofRareKind(String lines) {
    return lines.replace(",learning_rate=", ",optimizer=\"rare\",learning_rate=");
  }

  private static String verdict(String run) throws Exception {
    return monitor.json(TestMonitor.runPath(run)).at("/preflight/verdict").asText();
  }

  @Test
  void wrongFieldsAreNamed() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"{\"learning_rate\":0.1}", "parameters_non_embedding or parameters is missing"},
          {"{\"parameters\":1000}", "learning_rate is missing"},
          {"{\"parameters\":\"big\",\"learning_rate\":0.1}", "parameters = \"big\""},
          {"{\"parameters\":1000,\"learning_rate\":\"high\"}", "expected a number"},
          {"[1]", "not a JSON object"}
        }) {
      HttpResponse<String> answer = monitor.post("/api/v1/forecast", wrong[0]);
      assertEquals(400, answer.statusCode(), wrong[0]);
      assertTrue(answer.body().contains(wrong[1].replace("\"", "\\\"")), answer.body());
    }
  }

  @Test
  void theJudgementOutlivesARestart(@TempDir Path own) throws Exception {
    try (TestMonitor first = TestMonitor.start(own, "")) {
      for (double size : SIZES) {
        for (double rate : RATES) {
          first.write(run("s" + size + "-r" + rate, size, rate));
        }
      }
      first.write(config("next", 4e6, 0.1));
      first.settle();
    }
    try (TestMonitor second = TestMonitor.start(own, "")) {
      JsonNode run = second.json(TestMonitor.runPath("next"));
      assertEquals("unstable", run.at("/preflight/verdict").asText());
      assertEquals(1, run.path("open_incidents").size());
      assertEquals(3, run.at("/preflight/bands").size());
    }
  }

  @Test
  void theCommandAsksTheMonitorOrReadsFiles(@TempDir Path files) throws Exception {
    List<String> asked = List.of("--parameters-non-embedding", "4e6", "--learning-rate", "0.1");
    String remote = command(0, asked, List.of("--monitor", monitor.url()));
    assertTrue(remote.startsWith("Expected to be unstable."), remote);
    recorded(files);
    String local = command(0, asked, List.of("--runs", files.toString()));
    assertEquals(remote, local);
    String json = command(0, asked, List.of("--runs", files.toString(), "--format", "json"));
    assertEquals("unstable", Json.tree(json).path("verdict").asText());
  }

  @Test
  void recordedRunsAreJudgedBySmallerOnes(@TempDir Path files) throws Exception {
    recorded(files);
    List<String> asked = List.of("--hold-out", "--runs", files.toString());
    JsonNode score = Json.tree(command(0, asked, List.of("--format", "json")));
    assertEquals(RATES.length, score.path("judgements").size(), "those of the largest size");
    int right = 0;
    for (JsonNode judgement : score.path("judgements")) {
      assertEquals(1e6, judgement.path("parameters").asDouble());
      boolean lost = judgement.path("lost").asBoolean();
      assertEquals(judgement.path("learning_rate").asDouble() == 0.1, lost, judgement.toString());
      right += judgement.path("verdict").asText().equals("unstable") == lost ? 1 : 0;
    }
    String text = command(0, asked, List.of());
    assertTrue(text.contains("judged rightly by smaller runs: " + right + " of 3"), text);
  }

  @Test
  void theCommandReportsWhatIsWrong(@TempDir Path empty) throws Exception {
    List<String> asked = List.of("--parameters", "4e6", "--learning-rate", "0.1");
    String[][] wrong = {
      {"2", "--runs", "nowhere", "--runs = nowhere: expected"},
      {"1", "--runs", empty.toString(), "expected a directory with logs, found none"},
      {"2", "--format", "yaml", "'--format': expected one of [TEXT, JSON, CSV]"},
      {"2", "--format", "csv", "--format = csv: expected text or json"},
      {"2", "--layers", "2.5", "--layers = 2.5: expected a whole number"},
      {"1", "--monitor", "http://127.0.0.1:9", "no monitor answers"}
    };
    for (String[] one : wrong) {
      String printed = command(Integer.parseInt(one[0]), asked, List.of(one[1], one[2]));
      assertTrue(printed.contains(one[3]), printed);
    }
    String printed = command(2, List.of("--runs", ownFile(empty)), List.of("--parameters", "4e6"));
    assertTrue(printed.contains("learning_rate is missing"), printed);
  }

  @Test
  void anotherServerIsDistinguishedFromWrongFields() throws Exception {
    List<String> asked = List.of("--parameters", "4e6", "--learning-rate", "0.1");
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    String page = "<html>\n<h1>gone</h1>" + " ".repeat(9) + "x".repeat(9000);
    AtomicInteger status = new AtomicInteger();
    other.createContext(
        "/",
        exchange -> {
          byte[] body = page.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status.get(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    try {
      String url = "http://127.0.0.1:" + other.getAddress().getPort();
      for (int code : new int[] {502, 400, 200}) {
        status.set(code);
        String printed = command(1, asked, List.of("--monitor", url));
        String expected =
            "the monitor at "
                + url
                + " answered "
                + code
                + ": the answer does not come from a monitor: <html> <h1>gone";
        assertTrue(printed.contains(expected), printed);
        assertTrue(printed.length() < 400, printed);
      }
    } finally {
      other.stop(0);
    }
    String printed =
        command(2, List.of("--learning-rate", "0.1"), List.of("--monitor", monitor.url()));
    assertTrue(printed.contains("parameters is missing"), printed);
  }

  private static void recorded(Path directory) throws Exception {
    for (double size : SIZES) {
      for (double rate : RATES) {
        Files.writeString(directory.resolve(size + "-" + rate + ".lp"), run("a", size, rate));
      }
    }
  }

  private static String ownFile(Path directory) throws Exception {
    return Files.writeString(directory.resolve("r.lp"), run("a", 1e5, 1e-3)).toString();
  }

  private static String command(int expected, List<String> first, List<String> second) {
    StringWriter text = new StringWriter();
    CommandLine command =
        new CommandLine(PreflightCommand.spec()).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
    String[] arguments = Stream.concat(first.stream(), second.stream()).toArray(String[]::new);
    assertEquals(expected, command.execute(arguments), text.toString());
    return text.toString();
  }

  private static JsonNode ask(String body) throws Exception {
    HttpResponse<String> answer =
        monitor.post("/api/v1/preflight", body.getBytes(StandardCharsets.UTF_8));
    assertEquals(200, answer.statusCode(), answer.body());
    return Json.tree(answer.body());
  }

  private static String run(String name, double size, double rate) {
    StringBuilder lines = new StringBuilder(config(name, size, rate));
    for (int step = 1; step <= STEPS; step++) {
      double wobble = 1 + 0.02 * Math.sin(7 * step + size * rate);
      step(lines, name, step, loss(size, step) * wobble, logit(size, rate, step) * wobble);
    }
    return lines.toString();
  }

  private static String config(String name, double size, double rate) {
    return config(name, size, rate, STEPS);
  }

  private static String config(String name, double size, double rate, int totalSteps) {
    return "run_config,run=%s parameters_non_embedding=%di,learning_rate=%s,total_steps=%di %d\n"
        .formatted(name, (long) size, rate, totalSteps, BEGAN);
  }

  private static void step(StringBuilder lines, String name, int step, double loss, double logit) {
    lines.append(
        "train_step,run=%s step=%di,loss=%s %d\n".formatted(name, step, loss, BEGAN + step));
    lines.append(
        "train_layer,run=%s,layer=0 step=%di,attention_logit_max=%s,grad_rms=1e-4 %d\n"
            .formatted(name, step, logit, BEGAN + step));
  }

  private static double loss(double size, int step) {
    return 2 + 4 * Math.pow(size, -0.05) * Math.pow(step, -0.4);
  }

  /** Passes 1e4 at the highest rate in all but the smallest, as the sizes grow. */
  private static double logit(double size, double rate, int step) {
    double end = 1.9 + Math.log10(size / 1e5) + 1.5 * Math.log10(rate / 1e-2);
    return Math.pow(10, 0.5 + end * Math.sqrt((double) step / STEPS));
  }
}
