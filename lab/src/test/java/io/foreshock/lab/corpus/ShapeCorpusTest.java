// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.corpus.shape.Shape;
import io.foreshock.lab.corpus.shape.Shapes;
import io.foreshock.lab.recording.RunFile;
import io.foreshock.lab.score.Labels;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShapeCorpusTest {
  @TempDir private Path directory;
  private final StringWriter printed = new StringWriter();

  @Test
  void theSameSeedMakesTheSameFiles() throws IOException {
    write(directory.resolve("a"), 1);
    write(directory.resolve("b"), 1);
    write(directory.resolve("c"), 2);
    List<Path> files = files(directory.resolve("a"));
    assertTrue(files.size() > 400, "files: " + files.size());
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(directory.resolve("a").resolve(file));
      assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("b").resolve(file)), "" + file);
    }
    assertNotEquals(
        Files.readString(directory.resolve("a/shapes-train.json")),
        Files.readString(directory.resolve("c/shapes-train.json")));
  }

  @Test
  void everyShapeIsInEverySplitAndEveryRunInOne() throws IOException {
    CorpusFolder folder = write(directory, 1);
    Set<String> names = new HashSet<>();
    for (Split split : Split.values()) {
      Map<String, RunLabel> labels = Labels.read(folder.shapeLabels(split));
      Set<String> shapes =
          labels.values().stream().map(l -> l.family().get("shape")).collect(Collectors.toSet());
      for (Shape shape : Shape.values()) {
        assertTrue(shapes.contains(shape.wireName()), split + " lacks " + shape);
      }
      for (String name : labels.keySet()) {
        assertTrue(names.add(name), name + " is in two splits");
        assertTrue(Files.exists(folder.telemetry(name)), name);
      }
    }
    assertEquals(files(directory).size() - Split.values().length, names.size());
  }

  @Test
  void noTwoRunsShareASeed() {
    Set<Long> seeds = new HashSet<>();
    for (long seed = 1; seed <= 3; seed++) {
      for (Shape shape : Shape.values()) {
        for (Shapes.Planned run : Shapes.of(shape, seed, 1)) {
          assertTrue(seeds.add(run.seed()), run.name());
        }
      }
    }
  }

  @Test
  void theOutcomeOfTheTestSplitIsNotPrinted() throws IOException {
    write(directory, 1);
    List<String> lines = printed.toString().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).matches("train: \\d+ runs, \\d+ healthy, .*"), lines.get(0));
    assertTrue(lines.get(2).matches("test: \\d+ runs"), lines.get(2));
  }

  @Test
  void runsOfAnotherSeedDisappearAndTrainedRunsStay() throws IOException {
    CorpusFolder folder = new CorpusFolder(directory);
    folder.runs().create();
    Files.writeString(folder.telemetry("plain-1"), "");
    Files.writeString(folder.telemetry("shape-of-old-1"), "");
    write(directory, 1);
    assertTrue(Files.exists(folder.telemetry("plain-1")));
    assertFalse(Files.exists(folder.telemetry("shape-of-old-1")));
  }

  @Test
  void healthyTrainedRunsAreCopiedWithNoiseIntoTheirSplit() throws IOException {
    CorpusFolder folder = new CorpusFolder(directory);
    folder.runs().create();
    record(folder, "calm");
    record(folder, "doomed");
    record(folder, "hidden");
    label(folder, Split.VALIDATION, healthy("calm"), unstable("doomed"), healthy("missing"));
    label(folder, Split.TEST, healthy("hidden"));
    write(directory, 1);

    Set<String> validation = Labels.read(folder.shapeLabels(Split.VALIDATION)).keySet();
    assertTrue(validation.contains("shape-noisy-calm"));
    assertFalse(validation.contains("shape-noisy-doomed"));
    assertFalse(validation.contains("shape-noisy-missing"));
    assertTrue(Labels.read(folder.shapeLabels(Split.TEST)).containsKey("shape-noisy-hidden"));

    List<Sample> copy = new ArrayList<>();
    new RunFile(folder.telemetry("shape-noisy-calm"))
        .read(config -> {}, sample -> copy.add(sample.copy()));
    assertEquals(2000, copy.size());
    assertEquals(7.5, copy.get(1).get(Signal.PARAM_NORM));
    double loss = deviation(copy, Signal.LOSS);
    double norm = deviation(copy, Signal.GRAD_NORM);
    assertTrue(loss > 0.015 && loss < 0.13, "noise of the loss: " + loss);
    assertTrue(norm > 0.08 && norm < 0.45, "noise of the norm: " + norm);
  }

  private CorpusFolder write(Path directory, long seed) throws IOException {
    CorpusFolder folder = new CorpusFolder(directory);
    PrintWriter out = new PrintWriter(printed);
    new ShapeCorpus(folder, seed, Scale.SMALL).write(out);
    out.flush();
    return folder;
  }

  private static void record(CorpusFolder folder, String run) throws IOException {
    LineWriter lines = new LineWriter();
    for (long step = 1; step <= 2000; step++) {
      lines.sample(
          run,
          Sample.ofStep(step, step)
              .set(Signal.LOSS, 3)
              .set(Signal.GRAD_NORM, 0.5)
              .set(Signal.PARAM_NORM, 7.5));
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.telemetry(run)))) {
      out.write(lines.toByteArray());
    }
  }

  private static void label(CorpusFolder folder, Split split, RunLabel... labels)
      throws IOException {
    Files.writeString(folder.labels(split), CorpusLabels.json(List.of(labels)).toString());
  }

  private static RunLabel healthy(String run) {
    return new RunLabel(run, RunClass.HEALTHY, OptionalLong.empty(), 2000);
  }

  private static RunLabel unstable(String run) {
    return new RunLabel(run, RunClass.PREDICTABLE, OptionalLong.of(900), 2000);
  }

  private static double deviation(List<Sample> samples, Signal signal) {
    double[] logs = samples.stream().mapToDouble(s -> Math.log(s.get(signal))).toArray();
    double mean = Arrays.stream(logs).average().orElseThrow();
    return Math.sqrt(Arrays.stream(logs).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).map(directory::relativize).sorted().toList();
    }
  }
}
