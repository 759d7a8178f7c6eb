// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.corpus.shape.Shape;
import io.foreshock.lab.corpus.shape.ShapeRun;
import io.foreshock.lab.corpus.shape.Shapes;
import io.foreshock.lab.runner.RunFolder;
import io.foreshock.predictors.evaluation.RunLabel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * The computed part of a corpus: {@code runs/shape-….lp.gz} and {@code shapes-SPLIT.json}.
 *
 * <p><b>Definition.</b> The runs of a shape, sorted by their signals, go to the splits in turns, so
 * every shape is in every split. No two runs share a seed. If the directory has trained runs,
 * {@link NoisyCopies} adds noisy copies of those that are labelled healthy, each to its own split.
 */
final class ShapeCorpus {
  /** The share of the usual runs that still has each shape in every split. */
  private static final double SMALL_SHARE = 0.6;

  private static final String FILES = "shape-*.lp.gz";

  private final CorpusFolder folder;
  private final long seed;
  private final Scale scale;

  ShapeCorpus(CorpusFolder folder, long seed, Scale scale) {
    this.folder = folder;
    this.seed = seed;
    this.scale = scale;
  }

  /**
   * Writes runs and labels, deletes computed runs of another seed or scale, and prints the number
   * of runs of each split.
   *
   * @throws IOException when a trained run cannot be read or a file cannot be written
   */
  void write(PrintWriter out) throws IOException {
    folder.runs().create();
    Map<Split, List<RunLabel>> labels = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<RunLabel> noisy = new NoisyCopies(folder, split, seed).write();
      labels.put(split, new ArrayList<>(noisy));
    }
    for (Shape shape : Shape.values()) {
      // of the name, so that another new shape changes no split
      int turn = shape.wireName().hashCode();
      for (Shapes.Planned planned : Shapes.of(shape, seed, scale == Scale.FULL ? 1 : SMALL_SHARE)) {
        ShapeRun run = planned.run();
        write(folder.telemetry(run.name()), run.lines());
        labels.computeIfAbsent(Split.ofTurn(turn++), split -> new ArrayList<>()).add(run.label());
      }
    }
    deleteOthers(labels);
    for (Map.Entry<Split, List<RunLabel>> split : labels.entrySet()) {
      Path file = folder.shapeLabels(split.getKey());
      RunFolder.write(file, CorpusLabels.json(split.getValue()));
      out.println(CorpusLabels.counts(split.getKey(), split.getValue(), Map.of()));
    }
  }

  private static void write(Path file, String lines) throws IOException {
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16)) {
      packed.write(lines.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void deleteOthers(Map<Split, List<RunLabel>> labels) throws IOException {
    Set<Path> kept = new HashSet<>();
    labels.values().forEach(runs -> runs.forEach(run -> kept.add(folder.telemetry(run.run()))));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.runs().runs(), FILES)) {
      for (Path file : files) {
        if (!kept.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }
}
