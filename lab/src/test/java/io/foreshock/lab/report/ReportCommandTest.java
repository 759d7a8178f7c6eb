// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code report} over recorded files: three real runs, and what people can get wrong. */
class ReportCommandTest {
  private static final String RECORDED = "../predictors/src/test/resources/recorded/";
  private static final String HOSTILE = "<img src=x onerror=alert(1)>|**";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aRealRampIsADivergenceThatWasForeseen() {
    assertEquals(0, report("--format", "json", RECORDED + "ramp.lp.gz"));
    JsonNode report = Json.tree(out.toString());
    assertEquals("rec-ramp", report.path("run").asText());
    assertEquals(1, report.path("episodes").size());
    JsonNode episode = report.at("/episodes/0");
    assertEquals("non_spike_divergence", episode.path("class").asText());
    assertEquals(325, episode.path("start").asLong(), 15, "the loss leaves its course about 329");
    assertTrue(episode.path("end").isNull());
    assertTrue(episode.at("/first_moves/0/lead_steps").asLong() > 20);
    assertEquals("learning_rate_ramp", episode.at("/causes/0/kind").asText());
    assertEquals("forecast_divergence", episode.at("/known/0/kind").asText());
    assertTrue(episode.at("/known/0/lead_steps").asLong() > 0);
    assertEquals(episode.path("start").asLong(), episode.path("first_batch").asLong());
    assertEquals("", err.toString());
  }

  @Test
  void theFirstToMoveIsToldInASentence() {
    assertEquals(0, report("--format", "md", RECORDED + "ramp.lp.gz"));
    String level = "its usual band around [0-9.]+( [a-z]+)?, [0-9]+ steps before the loss, at step";
    String expected = "(?s).*The first to move was the .* " + level + ".*";
    assertTrue(out.toString().matches(expected), out.toString());
  }

  @Test
  void aRealJumpOfTheRateIsAScheduledChange() {
    assertEquals(0, report("--format", "json", RECORDED + "jump.lp.gz"));
    JsonNode episode = Json.tree(out.toString()).at("/episodes/0");
    assertEquals("scheduled_change", episode.path("class").asText());
    assertEquals(200, episode.path("start").asLong());
    assertEquals(199, episode.at("/causes/0/step").asLong());
    assertEquals(100, episode.path("cost_steps").asLong());
  }

  @Test
  void aRealHealthyRunHasNoEpisode() {
    assertEquals(0, report("--format", "md", RECORDED + "hot.lp.gz"));
    assertTrue(
        out.toString().contains("No spike or divergence was found in 400 steps."), out.toString());
  }

  @Test
  void htmlLoadsNothingAndRunsNothing() throws IOException {
    Path file = folder.resolve("r.html");
    assertEquals(0, report("--out", file.toString(), RECORDED + "ramp.lp.gz"));
    assertEquals(file + System.lineSeparator(), out.toString(), "the path is the result");
    String html = Files.readString(file);
    assertFalse(html.matches("(?s).*(src|href)=\"[^#].*"), "only links within the page");
    assertFalse(html.contains("http:") || html.contains("https:") || html.contains("url("));
    assertFalse(html.contains("<script") || html.contains(" onload=") || html.contains("@import"));
    assertTrue(html.contains("prefers-color-scheme: dark"));
    assertTrue(html.contains("<html lang=\"en\">"));
    assertTrue(html.length() < 200_000, "bytes: " + html.length());
  }

  @Test
  void htmlHasAlignedPanelsWithTheirMarks() {
    assertEquals(0, report("--out", "-", RECORDED + "ramp.lp.gz"));
    String html = out.toString();
    int panels = html.split("<svg class=\"plot\"", -1).length - 1;
    assertTrue(panels >= 6, "panels: " + panels);
    assertEquals(panels, html.split("class=\"mark onset\"", -1).length - 1);
    assertEquals(panels, html.split("class=\"mark first\"", -1).length - 1);
    assertTrue(html.contains("class=\"mark critical\""));
    assertEquals(panels, html.split("role=\"img\" aria-label=\"", -1).length - 1);
    for (String name : new String[] {"Loss, nats/token", "Grad norm", "Attention logit max by"}) {
      assertTrue(html.contains("<title>" + name), name);
    }
    assertFalse(html.contains("NaN") || html.contains("Infinity"), "every coordinate is a number");
  }

  @Test
  void namesThatAreMarkupStayText() throws IOException {
    Path file = write("a.lp", spike(HOSTILE));
    assertEquals(0, report("--out", "-", file.toString()));
    assertFalse(out.toString().contains("<img"), "in HTML");
    assertTrue(out.toString().contains("&lt;img src=x"));
    out.getBuffer().setLength(0);
    assertEquals(0, report("--format", "md", file.toString()));
    assertFalse(out.toString().contains("<img") || out.toString().contains("|**"), "in Markdown");
    out.getBuffer().setLength(0);
    assertEquals(0, report("--format", "json", file.toString()));
    assertEquals(HOSTILE, Json.tree(out.toString()).path("run").asText());
  }

  @Test
  void lossesThatWereNotFiniteAreFoundByTheirCount() throws IOException {
    String lines =
        Telemetry.steps("a", 1, 200)
            + "train_step,run=a step=201i,grad_norm=1,nonfinite=1i 1760000020100000000\n"
            + "train_step,run=a step=202i,loss=NaN,grad_norm=1 1760000020200000000\n";
    assertEquals(0, report("--format", "json", write("a.lp", lines).toString()));
    JsonNode episode = Json.tree(out.toString()).at("/episodes/0");
    assertEquals(201, episode.path("start").asLong());
    assertEquals(2, episode.path("nonfinite").asLong());
    assertTrue(episode.path("loss_peak").isNull());
  }

  @Test
  void withTheLossAloneItSaysSo() throws IOException {
    String lines = spike("a").replaceAll(",grad_norm=[^,]*", "");
    assertEquals(0, report("--format", "md", write("a.lp", lines).toString()));
    assertTrue(out.toString().contains("Only the loss was measured"), out.toString());
  }

  @Test
  void ofSeveralRunsOneIsChosen() throws IOException {
    Path file = write("two.lp", spike("a") + Telemetry.steps("b", 1, 50));
    assertEquals(2, report(file.toString()));
    assertTrue(err.toString().contains("choose with --run: [a, b]"), err.toString());
    assertEquals(0, report("--run", "b", "--format", "json", file.toString()));
    assertEquals("b", Json.tree(out.toString()).path("run").asText());
    assertEquals(1, report("--run", "c", file.toString()));
    assertTrue(err.toString().contains("no run 'c' in these sources, but [a, b]"), err.toString());
  }

  @Test
  void badLinesAreNamedAndTheRestCounts() throws IOException {
    Path file = write("a.lp", "nonsense\n" + Telemetry.steps("a", 1, 50));
    assertEquals(0, report("--format", "json", file.toString()));
    assertTrue(err.toString().contains(file + ":1: "), err.toString());
    assertEquals(50, Json.tree(out.toString()).path("samples").asLong());
  }

  @Test
  void anEmptyRunSaysThatNothingCanBeSaid() throws IOException {
    Path file = write("a.lp", "run_config,run=a layers=2i 1\n");
    assertEquals(0, report("--format", "md", file.toString()));
    assertTrue(out.toString().contains("No loss was recorded of this run"), out.toString());
  }

  @Test
  void wrongUseIsExitCodeTwoAndFailureIsOne() throws IOException {
    assertEquals(2, report());
    assertEquals(2, report("--format", "pdf", "a"));
    assertEquals(2, report(folder.resolve("missing.lp").toString()));
    assertEquals(2, report("a", "b"));
    assertEquals(2, report("--data", folder.resolve("missing").toString(), "a"));
    assertEquals(1, report(write("empty.lp", "").toString()));
    assertEquals(1, report("--monitor", "http://127.0.0.1:1", "a"));
    assertTrue(err.toString().contains("no monitor answers at http://127.0.0.1:1"));
    assertTrue(err.toString().contains("./foreshock monitor"));
  }

  private int report(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "report";
    System.arraycopy(args, 0, all, 1, args.length);
    CommandLine command = Foreshock.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(all);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** A run whose loss jumps at step 201 and is back 30 steps later. */
  static String spike(String run) {
    StringBuilder lines = new StringBuilder(Telemetry.steps(run, 1, 200));
    for (int step = 201; step <= 230; step++) {
      lines.append(Telemetry.step(run, step, 5, 9));
    }
    return lines.append(Telemetry.steps(run, 231, 400)).toString();
  }
}
