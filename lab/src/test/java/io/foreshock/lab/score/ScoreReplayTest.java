// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.lab.replay.ReplayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScoreReplayTest {
  private static final String TRUTH =
      "[{\"run\":\"calm\",\"class\":\"healthy\",\"family\":{\"optimizer\":\"adamw\"}},"
          + "{\"run\":\"jump\",\"class\":\"sudden\",\"onset\":305,\"struck\":[301],"
          + "\"family\":{\"optimizer\":\"lion\"}}]";

  @TempDir private Path folder;
  private StringWriter out;
  private StringWriter err;
  private String file;

  @BeforeEach
  void write() throws IOException {
    String lines = run("calm", 400, 1000) + run("jump", 400, 300);
    file = Files.writeString(folder.resolve("runs.lp"), lines).toString();
  }

  @Test
  void jsonHoldsEverything() throws IOException {
    assertEquals(0, score("--labels", labels(TRUTH), "--format", "json"));
    JsonNode board = new ObjectMapper().readTree(out.toString());
    assertEquals(1, board.at("/runs/healthy").asInt());
    assertEquals(1, board.at("/runs/sudden").asInt());
    JsonNode foreshock = board.at("/rows/0");
    assertEquals("F", foreshock.get("id").asText());
    assertEquals(1, foreshock.at("/sudden/hits").asInt());
    assertEquals(380, foreshock.at("/healthy_steps").asInt());
    assertEquals(0, foreshock.at("/early_alarms").asInt());
    assertTrue(foreshock.at("/predictable/value").isNull());
    assertTrue(foreshock.at("/delay_after_strike_steps/median").asInt() >= 0);
    assertEquals(26, board.get("rows").size());
    JsonNode skip = board.at("/rows/2");
    assertEquals("B1", skip.get("id").asText());
    assertEquals(1, skip.at("/sudden/hits").asInt()); // the jump is far above 6σ
    assertEquals(1, skip.at("/at_foreshocks_rate/sudden/hits").asInt());
    assertEquals(1, board.at("/families/optimizer/lion/sudden/hits").asInt());
    assertEquals(0, board.at("/families/optimizer/lion/healthy_steps").asInt());
    assertTrue(board.at("/reliability/steps").asInt() > 380);
  }

  @Test
  void aRuleOfTheUsersOwnIsARowBesideTheOthers() throws IOException {
    assertEquals(
        0,
        score(
            "--labels",
            labels(TRUTH),
            "--format",
            "json",
            "--signal",
            "loss",
            "--above",
            "3",
            "--for",
            "2 steps"));
    JsonNode board = new ObjectMapper().readTree(out.toString());
    assertEquals(27, board.get("rows").size());
    JsonNode own = board.at("/rows/2");
    assertEquals("U", own.get("id").asText());
    assertEquals("yours: loss above 3.0 for 2 steps", own.get("name").asText());
    assertEquals(1, own.at("/sudden/hits").asInt());
    assertEquals(0, own.at("/false_per_10k").asInt());
  }

  @Test
  void textIsAMarkdownTable() throws IOException {
    assertEquals(0, score("--labels", labels(TRUTH), "--by", "optimizer"));
    List<String> lines = out.toString().lines().toList();
    assertEquals(
        "1 healthy runs (380 steps scored), 0 predictable, 1 sudden. Longest healthy run: calm,"
            + " 400 steps, 0 false critical alarms.",
        lines.get(0));
    assertTrue(lines.get(2).startsWith("| rule "), lines.get(2));
    assertTrue(lines.get(3).matches("[|-]+"), lines.get(3));
    assertTrue(lines.get(4).matches("\\| Foreshock: critical +\\| – +\\| 1/1 .*"), lines.get(4));
    int width = lines.get(2).length();
    long wide = lines.stream().filter(l -> l.startsWith("|") && l.length() == width).count();
    assertEquals(28, wide);
    assertTrue(out.toString().contains("| lion "), out.toString());
    assertTrue(out.toString().contains("Brier score"), out.toString());
  }

  @Test
  void csvHasOneRowARule() throws IOException {
    assertEquals(0, score("--labels", labels(TRUTH), "--format", "csv"));
    List<String> lines = out.toString().lines().toList();
    assertEquals(27, lines.size());
    assertTrue(lines.get(0).startsWith("id,name,threshold,off,predictable.hits,"), lines.get(0));
    assertTrue(lines.get(1).startsWith("F,Foreshock: critical,,false,0,"), lines.get(1));
  }

  @Test
  void plotIsSelfContainedXml() throws Exception {
    Path plot = folder.resolve("plot.svg");
    assertEquals(0, score("--labels", labels(TRUTH), "--plot", plot.toString()));
    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
    String svg = Files.readString(plot);
    assertTrue(svg.contains(">Foreshock</text>") && svg.contains("prefers-color-scheme"), svg);
    assertFalse(svg.replace("http://www.w3.org/2000/svg", "").contains("http"), svg);
  }

  @Test
  void withoutLabelsHindsightLabels() throws IOException {
    assertEquals(0, score("--format", "json"));
    JsonNode board = new ObjectMapper().readTree(out.toString());
    assertEquals(1, board.at("/runs/healthy").asInt());
    assertEquals(1, board.at("/runs/predictable").asInt());
    assertEquals(0, board.at("/runs/sudden").asInt());
    assertTrue(err.toString().contains("labelled by hindsight"), err.toString());
  }

  @Test
  void labelWithoutOnsetTakesHindsights() throws IOException {
    String bare = "{\"jump\":{\"class\":\"predictable\"},\"calm\":{\"class\":\"predictable\"}}";
    assertEquals(0, score("--labels", labels(bare), "--format", "json"));
    JsonNode board = new ObjectMapper().readTree(out.toString());
    assertEquals(1, board.at("/runs/predictable").asInt());
    assertTrue(
        err.toString()
            .contains(
                "run calm: its label (predictable) has no onset, and hindsight finds none;"
                    + " left out"),
        err.toString());
  }

  @Test
  void runWithoutLabelAndLabelWithoutRunAreLeftOut() throws IOException {
    String other = TRUTH.replace("calm", "gone");
    assertEquals(0, score("--labels", labels(other)));
    assertTrue(err.toString().contains("run calm: it has no label; left out"), err.toString());
    assertTrue(
        err.toString().contains("run gone: it has a label, but is not in the files; left out"),
        err.toString());
    assertEquals(1, score("--labels", labels("[{\"run\":\"x\",\"class\":\"healthy\"}]")));
    assertTrue(err.toString().contains("no run could be scored"), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void onsetBehindTheRecordingIsToldAndLeftOut() throws IOException {
    assertEquals(0, score("--labels", labels(TRUTH.replace("305", "405"))));
    assertTrue(
        err.toString()
            .contains(
                "run jump: onset = 405: expected at most 400, the last recorded step; left out"),
        err.toString());
  }

  @Test
  void signalsHideTheRestFromAllRulesButNotFromHindsight() throws IOException {
    score("--format", "json");
    String all = out.toString();
    assertEquals(0, score("--format", "json", "--signals", "grad_norm"));
    JsonNode board = new ObjectMapper().readTree(out.toString());
    assertEquals(1, board.at("/runs/predictable").asInt());
    assertEquals(0, board.at("/rows/2/precision/total").asInt()); // B1 saw no loss jump
    assertNotEquals(all, out.toString());
  }

  @Test
  void wrongUseIsExitCodeTwo() throws IOException {
    assertEquals(2, score("--labels", folder.resolve("none.json").toString()));
    assertEquals(2, score("--labels", labels("[{\"run\":\"calm\",\"class\":\"fine\"}]")));
    assertTrue(err.toString().contains("run 'calm': class = \"fine\""), err.toString());
    assertEquals(2, score("--signals", "loss,lr"));
    assertEquals(2, replay("--labels", labels(TRUTH), file));
    assertTrue(err.toString().contains("--labels: expected together with --score"));
  }

  private int score(String... options) {
    String[] args = java.util.Arrays.copyOf(options, options.length + 2);
    args[options.length] = "--score";
    args[options.length + 1] = file;
    return replay(args);
  }

  private int replay(String... args) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine command =
        new CommandLine(new ReplayCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }

  private String labels(String json) throws IOException {
    return Files.writeString(folder.resolve("labels.json"), json).toString();
  }

  /** A run whose loss goes from 2 to 5 after step {@code jump}; its gradient norm is calm. */
  private static String run(String name, int steps, int jump) {
    StringBuilder text = new StringBuilder();
    for (int step = 1; step <= steps; step++) {
      text.append("train_step,run=").append(name).append(" step=").append(step);
      text.append("i,loss=").append((step > jump ? 5 : 2) + 0.01 * (step % 7));
      text.append(",learning_rate=0.001,grad_norm=").append(1 + 0.01 * (step % 5));
      text.append(' ').append(1000L * step).append('\n');
    }
    return text.toString();
  }
}
