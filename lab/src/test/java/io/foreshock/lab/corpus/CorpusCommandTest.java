// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.runner.FakeHome;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.forecast.DivergenceModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CorpusCommandTest {
  /** Ten runs. */
  private static final String SOME = "^garbage-pair-";

  @TempDir private Path folder;
  private Path out;
  private CorpusFolder corpus;
  private FakeHome home;
  private final StringWriter printed = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private final List<PlannedRun> plan = CorpusPlan.of(1, Scale.FULL);

  private final List<PlannedRun> some =
      plan.stream().filter(run -> run.scenario() == Scenario.GARBAGE_PAIR).toList();

  @BeforeEach
  void prepare() throws IOException {
    home = new FakeHome(Files.createDirectory(folder.resolve("home")));
    out = folder.resolve("corpus");
    corpus = new CorpusFolder(out);
  }

  @Test
  void everyRunIsTrainedOnceAndItsTelemetryKept() throws IOException {
    assertEquals(0, corpus("--only", SOME, "--workers", "3"));
    List<String> asked = home.asked();
    assertEquals(some.size(), asked.size());
    for (PlannedRun run : some) {
      String text = unpacked(run);
      assertEquals(60, text.lines().count());
      assertTrue(text.contains("run=" + run.run() + " "));
      assertTrue(asked.stream().anyMatch(a -> a.contains(Json.text(run.arguments().get(5)))));
    }
    assertEquals(plan, corpus.read());
    assertTrue(home.starts() <= 3, "workers: " + home.starts());
  }

  @Test
  void whatIsDoneIsNotDoneAgainAndWhatWasCutIs() throws IOException {
    assertEquals(0, corpus("--only", SOME));
    home.asked();
    PlannedRun cut = some.get(4);
    Files.delete(corpus.telemetry(cut));
    Files.writeString(corpus.growing(cut), "train_step,run=x step=1i,loss=9 1\n");
    assertEquals(0, corpus("--only", SOME));
    List<String> asked = home.asked();
    assertEquals(1, asked.size());
    assertTrue(asked.get(0).contains(cut.run()), asked.get(0));
    assertEquals(60, unpacked(cut).lines().count());
  }

  @Test
  void aRunWhoseArgumentsHaveChangedIsDoneAgain() throws IOException {
    assertEquals(0, corpus("--only", SOME));
    home.asked();
    String file = Files.readString(corpus.plan());
    String argument = some.get(2).arguments().get(1);
    assertTrue(file.contains(argument), argument);
    Files.writeString(corpus.plan(), file.replace("\"" + argument + "\"", "\"--seed=77\""));
    assertEquals(0, corpus("--only", SOME));
    assertEquals(1, home.asked().size());
    assertTrue(errors.toString().contains("1 runs are trained again"), errors.toString());
  }

  @Test
  void anotherCorpusIsNotOverwritten() throws IOException {
    assertEquals(0, corpus("--only", SOME));
    assertEquals(1, corpus("--only", SOME, "--seed", "2"));
    assertTrue(errors.toString().contains("another seed"), errors.toString());
    assertTrue(some.stream().allMatch(corpus::finished));
  }

  @Test
  void aFailedRunIsToldAndTheRestGoesOn() throws IOException {
    home.fails(some.get(0).run());
    assertEquals(1, corpus("--only", SOME, "--workers", "1"));
    assertTrue(
        errors.toString().contains(some.get(0).run() + " failed: no luck"), errors.toString());
    assertFalse(corpus.finished(some.get(0)));
    assertTrue(some.stream().skip(1).allMatch(corpus::finished));
    assertEquals(1, home.starts());
    home.heals();
    assertEquals(0, corpus("--only", SOME));
    assertTrue(corpus.finished(some.get(0)));
  }

  @Test
  void aDeadWorkerIsReplacedAndItsRunHasFailed() throws IOException {
    home.diesOf(some.get(3).run());
    assertEquals(1, corpus("--only", SOME, "--workers", "1"));
    String text = errors.toString();
    assertTrue(text.contains(some.get(3).run() + " failed: the worker ended (exit code 7)"), text);
    assertTrue(text.contains("out of memory"), text);
    assertFalse(corpus.finished(some.get(3)));
    assertEquals(9, some.stream().filter(corpus::finished).count());
    assertEquals(2, home.starts());
  }

  @Test
  void whenAllDieTheRestIsNotBegun() throws IOException {
    for (PlannedRun run : some) {
      home.diesOf(run.run());
    }
    assertEquals(1, corpus("--only", SOME, "--workers", "2"));
    assertEquals(6, home.starts());
    assertEquals(6, home.asked().size());
    long notBegun = errors.toString().lines().filter(l -> l.contains("not started")).count();
    assertEquals(4, notBegun);
  }

  @Test
  void runsAreLabelledByWhatBecameOfThem() throws IOException {
    PlannedRun struck = first(Split.TRAIN);
    PlannedRun doomed = second(Split.TRAIN);
    home.sends(struck.run(), rising(struck, struck.struck().get(0) + 2));
    home.sends(doomed.run(), rising(doomed, doomed.struck().get(0) - 30));
    assertEquals(0, corpus("--only", SOME));
    JsonNode labels = labels(Split.TRAIN);
    assertEquals("sudden", labels.get(struck.run()).path("class").asText());
    assertEquals("predictable", labels.get(doomed.run()).path("class").asText());
    JsonNode label = labels.get(struck.run());
    assertEquals(struck.struck().get(0), label.path("struck").path(0).asLong());
    assertEquals(struck.struck().get(0), label.path("onset").asLong(), 10);
    assertEquals("garbage-pair", label.path("family").path("scenario").asText());
    assertEquals(
        struck.family().optimizer().wireName(), label.path("family").path("optimizer").asText());
    for (Split split : Split.values()) {
      Set<String> expected = new TreeSet<>();
      some.stream().filter(r -> r.split() == split).forEach(r -> expected.add(r.run()));
      Set<String> found = new TreeSet<>();
      labels(split).fieldNames().forEachRemaining(found::add);
      assertEquals(expected, found);
    }
  }

  @Test
  void runsThatDivergeAtOnceOrHoldThoughPushedAreLeftOut() throws IOException {
    PlannedRun atOnce = first(Split.TRAIN);
    home.sends(atOnce.run(), lostFrom(atOnce, 16 * atOnce.logEvery()));
    PlannedRun after = second(Split.TRAIN);
    home.sends(after.run(), lostFrom(after, 16 * after.logEvery() + 1));
    assertEquals(0, corpus("--only", SOME + "|^rate-jump-"));
    assertFalse(labels(Split.TRAIN).has(atOnce.run()));
    assertTrue(labels(Split.TRAIN).has(after.run()));
    for (PlannedRun run : plan) {
      if (run.scenario() == Scenario.RATE_JUMP) {
        assertFalse(labels(run.split()).has(run.run()), run.run() + " was pushed and held");
      }
    }
    assertTrue(
        printed.toString().contains("although pushed, or diverged at once"), printed.toString());
  }

  @Test
  void theForecastIsFittedToAllButTheTestSplit() throws IOException {
    for (PlannedRun run : plan) {
      if (run.scenario() == Scenario.RATE_JUMP || run.scenario() == Scenario.GARBAGE_PAIR) {
        boolean pushed = run.scenario() == Scenario.RATE_JUMP;
        String sent = run.split() == Split.TEST ? "nonsense\n" : telemetry(run, pushed);
        home.sends(run.run(), sent);
      }
    }
    corpus("--only", SOME + "|^rate-jump-");
    Path model = folder.resolve("model.csv");
    assertEquals(0, corpus("--fit", model.toString()), errors::toString);
    String text = Files.readString(model);
    assertTrue(text.startsWith("# Written by ./foreshock corpus --fit"), text);
    assertEquals(
        text.lines().skip(1).toList(), DivergenceModel.parse(text).text().lines().toList());
    assertTrue(printed.toString().contains("| loss+layers |"), printed.toString());
    assertEquals(0, corpus("--fit", model.toString(), "--without", "optimizer=lion"));
    assertTrue(Files.readString(model).contains("without optimizer=lion"));
    assertEquals(1, corpus("--fit", model.toString(), "--without", "optimizer=lyon"));
    assertTrue(errors.toString().contains("no run is of this family"), errors.toString());
    assertEquals(2, corpus("--without", "optimizer=lion"));
  }

  /** A run that sends all signals, and whose loss and logits grow after its abrupt event. */
  private static String telemetry(PlannedRun run, boolean pushed) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(run.run().hashCode());
    for (long step = 1; step <= 400; step++) {
      double ill = pushed ? Math.max(0, step - 200) / 20.0 : 0;
      String tags = ",run=" + run.run();
      text.append("train_layer").append(tags).append(",layer=0 step=").append(step);
      text.append("i,attention_logit_max=").append(10 * Math.exp(ill) + random.nextDouble());
      text.append(' ').append(step).append('\n');
      text.append("train_step").append(tags).append(" step=").append(step).append("i,loss=");
      text.append(2 + 0.1 * random.nextDouble() + ill / 4).append(",grad_norm=");
      text.append(1 + 0.1 * random.nextDouble() + ill).append(",learning_rate=0.001");
      text.append(",update_rms=0.2,logit_max=9 ").append(step).append('\n');
    }
    return text.toString();
  }

  /** A loss that is not finite from a step on. */
  private static String lostFrom(PlannedRun run, long from) {
    StringBuilder text = new StringBuilder();
    for (long step = 1; step <= run.steps(); step++) {
      text.append("train_step,run=").append(run.run()).append(" step=").append(step);
      text.append("i,loss=")
          .append(step < from ? "2" : "NaN")
          .append(' ')
          .append(step)
          .append('\n');
    }
    return text.toString();
  }

  @Test
  void whatBecameOfTheTestSplitIsNotPrinted() throws IOException {
    PlannedRun doomed = first(Split.TEST);
    home.sends(doomed.run(), rising(doomed, 17 * doomed.logEvery() + 30));
    assertEquals(0, corpus("--only", SOME));
    List<String> lines = printed.toString().lines().toList();
    int test = labels(Split.TEST).size();
    assertEquals("test: " + test + " runs", lines.get(2));
    assertTrue(lines.get(0).matches("train: \\d+ runs, \\d+ healthy, 0 predictable, 0 sudden"));
    assertFalse((printed + "" + errors).contains(doomed.run()));
  }

  @Test
  void telemetryThatCannotBeReadHasNoLabel() throws IOException {
    home.sends(some.get(0).run(), "train_step,run=a step=1i,loss=2 1\nnonsense\n");
    assertEquals(1, corpus("--only", SOME));
    assertTrue(errors.toString().contains(".lp.gz:2: "), errors.toString());
    errors.getBuffer().setLength(0);
    home.sends(some.get(0).run(), "run_config,run=a layers=2i 1\n");
    Files.delete(corpus.telemetry(some.get(0)));
    assertEquals(1, corpus("--only", SOME));
    assertTrue(errors.toString().contains("found no step"), errors.toString());
  }

  @Test
  void withoutWorkersWhatIsThereIsLabelled() throws IOException {
    assertEquals(0, corpus("--only", SOME));
    Files.delete(corpus.labels(Split.TRAIN));
    home.asked();
    assertEquals(0, corpus("--workers", "0"));
    assertEquals(List.of(), home.asked());
    assertFalse(labels(Split.TRAIN).isEmpty());
  }

  @Test
  void theTextIsHandedOn() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "some");
    assertEquals(0, corpus("--only", "^garbage-pair-.*-001", "--text", text.toString()));
    assertTrue(home.asked().get(0).contains("\"--text=" + text.toAbsolutePath() + "\""));
  }

  @Test
  void thePlanIsPrintedAndNothingIsDone() throws IOException {
    assertEquals(0, corpus("--plan"));
    assertFalse(Files.exists(out));
    String text = printed.toString();
    assertTrue(text.contains("Estimated time: "), text);
    assertTrue(text.lines().anyMatch(l -> l.matches(" +rate-jump +30 +.*")), text);
    assertTrue(text.lines().anyMatch(l -> l.matches("--layers +2 3 4 6 8 12")), text);
  }

  @Test
  void aSubsetFitsSpreadsAndHoldsNothingOfTheTestSplit() throws IOException {
    List<PlannedRun> runs = new ArrayList<>();
    for (PlannedRun run : plan) {
      if (run.run().matches("(garbage|rate)-.*")) {
        runs.add(run);
        if (run.scenario().nature() != Scenario.Nature.HEALTHY) {
          home.sends(run.run(), rising(run, run.struck().get(0)));
        }
      }
    }
    assertEquals(0, corpus("--only", "^(garbage|rate)-"));
    Path part = folder.resolve("part");
    assertEquals(0, corpus("--subset", part.toString(), "--max-bytes", "60000"));
    assertTrue(bytes(part) <= 60_000, "bytes: " + bytes(part));
    assertTrue(bytes(part) > 40_000, "bytes: " + bytes(part));
    List<PlannedRun> chosen = new CorpusFolder(part).read();
    assertTrue(chosen.stream().noneMatch(run -> run.split() == Split.TEST));
    assertTrue(runs.containsAll(chosen));
    Set<Scenario> scenarios = new TreeSet<>();
    chosen.forEach(run -> scenarios.add(run.scenario()));
    assertEquals(5, scenarios.size());
    Set<Optimizer> optimizers = new TreeSet<>();
    chosen.forEach(run -> optimizers.add(run.family().optimizer()));
    assertEquals(3, optimizers.size());
    CorpusLabels labels = new CorpusLabels(corpus);
    for (PlannedRun run : chosen) {
      assertTrue(CorpusLabels.clear(run, labels.of(run)), run.run() + " is neither");
      assertTrue(Files.exists(new CorpusFolder(part).telemetry(run)));
    }
    assertFalse(Files.exists(new CorpusFolder(part).labels(Split.TEST)));
  }

  @Test
  void wrongUseIsExitCodeTwo() {
    assertEquals(2, execute());
    assertEquals(2, corpus("--workers", "-1"));
    assertEquals(2, corpus("--scale", "huge"));
    assertEquals(2, corpus("--only", "("));
    assertEquals(2, corpus("--text", "nowhere"));
    assertEquals(2, corpus("--max-bytes", "0"));
    assertEquals(1, corpus("--subset", folder.resolve("part").toString()));
    assertTrue(errors.toString().contains("expected a corpus"), errors.toString());
  }

  private int corpus(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--out", out.toString()));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine command =
        new CommandLine(new CorpusCommand(home.path())).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(printed));
    command.setErr(new PrintWriter(errors));
    return command.execute(arguments);
  }

  private PlannedRun first(Split split) {
    return some.stream().filter(run -> run.split() == split).findFirst().orElseThrow();
  }

  private PlannedRun second(Split split) {
    return some.stream().filter(run -> run.split() == split).skip(1).findFirst().orElseThrow();
  }

  private JsonNode labels(Split split) throws IOException {
    var byName = Json.object();
    for (JsonNode label : Json.tree(Files.readString(corpus.labels(split))).path("runs")) {
      byName.set(label.path("run").asText(), label);
    }
    return byName;
  }

  /** A loss that is doubled from a step on. */
  private static String rising(PlannedRun run, long from) {
    StringBuilder text = new StringBuilder();
    for (long step = 1; step <= run.steps(); step++) {
      text.append("train_step,run=").append(run.run()).append(" step=").append(step);
      text.append("i,loss=").append(step < from ? 2 : 4).append(' ').append(step).append('\n');
    }
    return text.toString();
  }

  private String unpacked(PlannedRun run) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(corpus.telemetry(run)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long bytes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
