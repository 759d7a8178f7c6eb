// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void jsonIsOneAlarmALineInStepOrderAndNothingElse() throws IOException {
    Path file = write("a.lp", jumping("a", 1, 200, 100, true));
    assertEquals(0, replay("--format", "json", file.toString()));
    List<JsonNode> alarms = alarms();
    assertFalse(alarms.isEmpty());
    long last = 0;
    for (JsonNode alarm : alarms) {
      assertTrue(alarm.get("step").asLong() >= last);
      last = alarm.get("step").asLong();
      assertEquals("a", alarm.get("run").asText());
    }
    assertTrue(alarms.stream().anyMatch(a -> a.get("severity").asText().equals("critical")));
    assertTrue(err.toString().contains("a: step 200, 200 lines, 1 segments"), err.toString());
  }

  @Test
  void saysWhatJudgedARunWhatWarmedUpAndWhatTheOthersNeed() throws IOException {
    assertEquals(
        0, replay("--format", "json", write("a.lp", jumping("a", 1, 100, 200, true)).toString()));
    assertEquals("", out.toString());
    String said = err.toString();
    assertTrue(said.contains("a: Judged by ") && said.contains("loss_spike"), said);
    assertTrue(said.contains("a: Still warming up: loss_plateau (100 of 128 samples)"), said);
    assertTrue(said.contains("a: Nothing to judge by: attention_logit_growth needs"), said);
    assertTrue(said.contains("gradient_spike, gradient_zero need grad_norm;"), said);
  }

  @Test
  void aRunOfWhichOnlyNonFiniteValuesAreJudgedSaysSo() throws IOException {
    Path file = write("a.lp", "train_step,run=a step=1i,step_seconds=2 1\n");
    assertEquals(0, replay("--format", "json", file.toString()));
    assertTrue(
        err.toString().contains("a: Only NaN and infinite values were judged (nonfinite), so a"),
        err.toString());
  }

  @Test
  void gzipIsToldByItsContent() throws IOException {
    Path plain = write("a.lp", jumping("a", 1, 200, 100, true));
    replay("--format", "json", plain.toString());
    String expected = out.toString();
    out.getBuffer().setLength(0);
    Path packed = folder.resolve("no-suffix");
    Files.write(packed, gzip(Files.readString(plain)));
    assertEquals(0, replay("--format", "json", packed.toString()));
    assertEquals(expected, out.toString());
  }

  @Test
  void aRunMaySpanFilesAndAFileMayHoldRuns() throws IOException {
    Path first = write("1.lp", jumping("a", 1, 60, 100, true) + jumping("b", 1, 60, 100, true));
    Path second =
        write("2.lp", jumping("b", 61, 200, 100, true) + jumping("a", 61, 200, 100, true));
    assertEquals(0, replay("--format", "json", first.toString(), second.toString()));
    assertTrue(err.toString().contains("a: step 200, 200 lines, 1 segments"), err.toString());
    assertTrue(err.toString().contains("b: step 200, 200 lines, 1 segments"), err.toString());
    assertTrue(alarms().stream().anyMatch(alarm -> alarm.get("run").asText().equals("b")));
  }

  @Test
  void linesWithoutTimesAreTakenInTheirOrder() throws IOException {
    String text = jumping("a", 1, 100, 1000, false) + jumping("a", 61, 90, 1000, false);
    assertEquals(0, replay(write("a.lp", text).toString()));
    assertTrue(err.toString().contains("a: step 90, 130 lines, 2 segments"), err.toString());
  }

  @Test
  void badLinesAreNamedAndTheRestGoesOn() throws IOException {
    String text =
        "# a comment\n\nrun_config,run=a note=\"two\nlines\" 1\nnonsense\n"
            + jumping("a", 1, 50, 1000, true)
            + "train_step,run=a loss=1 99\ntrain_step step=1i 99\r\n";
    Path file = write("a.lp", text);
    assertEquals(0, replay(file.toString()));
    assertTrue(err.toString().contains(file + ":5: expected ' ' before"), err.toString());
    assertTrue(err.toString().contains(file + ":56: field 'step' is missing"), err.toString());
    assertTrue(err.toString().contains(file + ":57: tag 'run' is missing"), err.toString());
    assertTrue(err.toString().contains("51 lines of 1 runs, 3 bad"), err.toString());
  }

  @Test
  void onlyTheFirstBadLinesAreQuoted() throws IOException {
    Path file = write("a.lp", "x\n".repeat(50));
    assertEquals(1, replay(file.toString()));
    assertTrue(err.toString().contains("40 more bad lines"), err.toString());
  }

  @Test
  void cutOffGzipIsReportedAndWhatWasReadIsUsed() throws IOException {
    byte[] packed = gzip(jumping("a", 1, 5000, 100, true));
    Path file = folder.resolve("a.lp.gz");
    Files.write(file, Arrays.copyOf(packed, packed.length / 2));
    assertEquals(1, replay("--format", "json", file.toString()));
    assertTrue(err.toString().contains("cut off or damaged"), err.toString());
    assertFalse(alarms().isEmpty());
  }

  @Test
  void wrongUseIsExitCodeTwo() throws IOException {
    Path file = write("a.lp", "");
    assertEquals(2, replay());
    assertEquals(2, replay(folder.resolve("missing.lp").toString()));
    assertEquals(2, replay("--format", "xml", file.toString()));
    assertEquals(2, replay("--horizon", "0", file.toString()));
    assertEquals(0, replay(file.toString()));
  }

  @Test
  void aRuleOfTheUsersOwnIsTriedOnARecordedRun() throws IOException {
    Path rules =
        write("rules.yaml", "rules:\n- {name: hot, signal: mine, above: 3, for: 2 steps}\n");
    StringBuilder lines = new StringBuilder();
    for (int step = 1; step <= 9; step++) {
      lines.append("train_step,run=a step=%1$di,loss=2,mine=%1$d %1$d\n".formatted(step));
    }
    Path file = write("a.lp", lines.toString());
    assertEquals(
        0,
        replay(
            "--format",
            "json",
            "--rules",
            rules.toString(),
            "--signal",
            "train/loss",
            "--below",
            "2.5",
            file.toString()));
    assertEquals(
        List.of("rule.own 1", "rule.hot 5"),
        alarms().stream().map(a -> a.get("kind").asText() + " " + a.get("step")).toList());
  }

  @Test
  void aWrongRuleIsWrongUse() throws IOException {
    Path file = write("a.lp", jumping("a", 1, 20, 100, true));
    assertEquals(2, replay("--above", "3", file.toString()));
    assertTrue(err.toString().contains("expected together with --signal"), err.toString());
    assertEquals(2, replay("--signal", "mine", file.toString()));
    assertTrue(err.toString().contains("--signal mine: the condition is missing"), err.toString());
    Path rules = write("rules.yaml", "- {name: hot, signal: mine, above: high}\n");
    assertEquals(2, replay("--rules", rules.toString(), file.toString()));
    assertTrue(
        err.toString().contains("rules[0]: above = \"high\": expected a number"), err.toString());
    assertEquals(2, replay("--rules", folder.resolve("none").toString(), file.toString()));
    assertTrue(err.toString().contains("cannot be read"), err.toString());
    assertEquals(2, replay("--score", "--rules", rules.toString(), file.toString()));
    assertTrue(err.toString().contains("which tries one rule"), err.toString());
    assertEquals(2, replay("--signals", "loss", "--signal", "x", "--above", "3", file.toString()));
    assertTrue(err.toString().contains("--signals: expected without"), err.toString());
  }

  @Test
  void csvHasAHeaderAndOneFieldAColumn() throws IOException {
    Path file = write("a.lp", jumping("a,b", 1, 200, 100, true).replace("a,b", "a\\,b"));
    assertEquals(0, replay("--format", "csv", file.toString()));
    List<String> rows = out.toString().lines().toList();
    assertTrue(rows.get(0).startsWith("run,segment,step,time,incident,state,severity,kind,"));
    assertTrue(rows.get(1).startsWith("\"a,b\",0,101,"), rows.get(1));
    assertTrue(rows.get(1).endsWith("}\""), rows.get(1));
  }

  @Test
  void anotherModelForecasts() throws IOException {
    Path file = write("a.lp", jumping("a", 1, 100, 1000, true));
    assertEquals(0, replay("--format", "json", file.toString()));
    assertEquals("", out.toString());
    Path model = write("alarming.csv", alarming());
    assertEquals(0, replay("--format", "json", "--model", model.toString(), file.toString()));
    List<JsonNode> alarms = alarms();
    assertEquals("forecast_divergence", alarms.get(0).get("kind").asText());
    assertEquals("critical", alarms.get(1).get("severity").asText());
  }

  @Test
  void aBadModelIsWrongUse() throws IOException {
    Path file = write("a.lp", "");
    Path bad = write("bad.csv", alarming() + "loss,luck\n");
    assertEquals(2, replay("--model", bad.toString(), file.toString()));
    assertTrue(
        err.toString().contains("--model = " + bad + ": line 11: loss,luck: expected scope,term"),
        err.toString());
    assertEquals(2, replay("--model", folder.resolve("none.csv").toString(), file.toString()));
    assertTrue(err.toString().contains("none.csv: expected a file that can"), err.toString());
    Files.write(bad, gzip(alarming()));
    assertEquals(2, replay("--model", bad.toString(), file.toString()));
  }

  @Test
  void otherToolsNamesAndQuotedNumbersAreUnderstood() throws IOException {
    String text = jumping("a", 1, 200, 100, true);
    replay("--format", "json", write("a.lp", text).toString());
    String expected = out.toString();
    assertFalse(expected.isEmpty());
    for (String named :
        List.of(
            text.replace("loss=", "train/loss="),
            text.replace("loss=", "lm\\ loss=").replace(" step=", " global_step="),
            text.replaceAll("loss=(\\S+)", "loss=\"$1\""),
            text.replace("train_step,", "metrics,"))) {
      out.getBuffer().setLength(0);
      err.getBuffer().setLength(0);
      assertEquals(0, replay("--format", "json", write("b.lp", named).toString()));
      assertEquals(expected, out.toString());
      assertFalse(err.toString().contains("held no signal"), err.toString());
    }
  }

  @Test
  void aNameOfTheUsersOwnCanBeMapped() throws IOException {
    Path file = write("a.lp", jumping("a", 1, 200, 100, true).replace("loss=", "my/cost="));
    assertEquals(0, replay("--format", "json", "--map", "my/cost=loss", file.toString()));
    assertFalse(alarms().isEmpty());
    assertEquals(2, replay("--map", "my/cost=los", file.toString()));
    assertTrue(err.toString().contains("--map: 'los' for 'my/cost': expected one of step,"));
  }

  @Test
  void aFileOfWhichNothingIsUnderstoodIsAFailure() throws IOException {
    Path good = write("good.lp", jumping("b", 1, 9, 100, true));
    Path file = write("a.lp", jumping("a", 1, 12, 100, true).replace("loss=", "cost="));
    assertEquals(1, replay("--format", "json", good.toString(), file.toString()));
    assertEquals("", out.toString());
    assertTrue(
        err.toString()
            .contains(file + ": no line was understood; 12 lines with the fields step, cost. "),
        err.toString());
    assertTrue(
        err.toString()
            .contains("a: 12 of 12 lines held no signal that Foreshock knows: field cost. Rename"),
        err.toString());
  }

  @Test
  void severalRanksInOneLogAreSaid() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 80; line++) {
      String loss = line % 4 == 0 ? "2" : "" + (90 + line);
      text.append("train_step,run=a step=").append(line / 4).append("i,loss=").append(loss);
      text.append(' ').append(1000L * line).append('\n');
    }
    assertEquals(0, replay("--format", "json", write("a.lp", text.toString()).toString()));
    assertEquals("", out.toString());
    assertTrue(
        err.toString().contains("a: 60 of 80 lines repeat a step with other values: several"),
        err.toString());
  }

  /** A model that expects the worst of every run. */
  private static String alarming() {
    StringBuilder model = new StringBuilder("scope,term,value\n");
    for (String scope : List.of("loss", "loss+norm", "loss+rate")) {
      model.append(scope).append(",intercept,5\n");
      model.append(scope).append(",warning,0.3\n");
      model.append(scope).append(",critical,0.6\n");
    }
    return model.toString();
  }

  private int replay(String... args) {
    CommandLine command =
        new CommandLine(new ReplayCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }

  private List<JsonNode> alarms() throws IOException {
    List<JsonNode> alarms = new ArrayList<>();
    for (String line : out.toString().split("\n")) {
      alarms.add(new ObjectMapper().readTree(line));
    }
    return alarms;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** Steps whose loss jumps after step {@code jump}. */
  private static String jumping(String run, int from, int to, int jump, boolean timed) {
    StringBuilder text = new StringBuilder();
    for (int step = from; step <= to; step++) {
      double loss = (step > jump ? 5 : 2) + 0.01 * (step % 7);
      text.append("train_step,run=").append(run).append(" step=").append(step).append("i,loss=");
      text.append(loss).append(timed ? " " + 1000L * step : "").append('\n');
    }
    return text.toString();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
