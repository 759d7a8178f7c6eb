// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.shape.ShapeRun;
import io.foreshock.lab.recording.RunFile;
import io.foreshock.lab.score.Labels;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.fitting.DivergenceFit;
import io.foreshock.predictors.fitting.FitReport;
import io.foreshock.predictors.fitting.SymptomLog;
import io.foreshock.predictors.forecast.DivergenceModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits the forecast's model to the train and validation splits of a corpus, never to the test
 * split.
 */
final class CorpusFit {
  private static final List<String> FAMILIES = List.of("optimizer", "architecture", "length");

  private final CorpusFolder folder;
  private final PrintWriter out;

  CorpusFit(CorpusFolder folder, PrintWriter out) {
    this.folder = folder;
    this.out = out;
  }

  /**
   * Fits and writes the model, and prints its quality on runs that it was not fitted to.
   *
   * @param without family to leave out, such as {@code optimizer=lion}; null for none
   * @throws IOException when labels or runs cannot be read, or the model cannot be written
   * @throws IllegalArgumentException when there are too few runs to fit
   */
  void write(Path file, @Nullable String without) throws IOException {
    List<SymptomLog> runs = new ArrayList<>();
    int[] classes = new int[RunClass.values().length];
    int left = 0;
    int madeUp = 0;
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      for (RunLabel label : Labels.read(folder.labels(split)).values()) {
        if (without != null && belongs(label, without)) {
          left++;
        } else {
          runs.add(read(label));
          classes[label.runClass().ordinal()]++;
        }
      }
      madeUp += addHealthyShapes(split, runs);
    }
    if (without != null && left == 0) {
      throw new IllegalArgumentException(
          "--without = " + without + ": expected a family of the corpus, no run is of this family");
    }
    DivergenceModel model = DivergenceFit.fit(runs);
    Files.writeString(file, heading(classes, madeUp, without) + model.text());
    out.println(FitReport.byScope(runs, model));
    if (without == null) {
      out.println(FitReport.byFamily(runs, FAMILIES));
    }
  }

  /**
   * Adds the healthy computed runs of a split, if the corpus has them; the sick ones are for the
   * detectors, because an onset that comes out of nothing teaches no sign of it.
   */
  private int addHealthyShapes(Split split, List<SymptomLog> runs) throws IOException {
    Path labels = folder.shapeLabels(split);
    int before = runs.size();
    if (Files.exists(labels)) {
      for (RunLabel label : Labels.read(labels).values()) {
        boolean aside = label.family().containsKey(ShapeRun.ASIDE);
        if (label.runClass() == RunClass.HEALTHY && !aside) {
          runs.add(read(label));
        }
      }
    }
    return runs.size() - before;
  }

  private static boolean belongs(RunLabel label, String family) {
    int equals = family.indexOf('=');
    Map<String, String> of = label.family();
    return family.substring(equals + 1).equals(of.get(family.substring(0, equals)));
  }

  private static String heading(int[] classes, int madeUp, @Nullable String without) {
    StringBuilder heading =
        new StringBuilder("# Written by ./foreshock corpus --fit. Fitted to runs of the corpus's");
    heading.append(" train and validation splits:");
    for (RunClass runClass : RunClass.values()) {
      heading.append(' ').append(classes[runClass.ordinal()]).append(' ');
      heading.append(runClass.wireName());
    }
    heading.append(", and ").append(madeUp).append(" made-up healthy runs");
    heading.append(without == null ? "" : ", without " + without);
    return heading.append(".\n").toString();
  }

  private SymptomLog read(RunLabel label) throws IOException {
    SymptomLog log = new SymptomLog(label);
    new RunFile(folder.telemetry(label.run())).read(log::configure, log::accept);
    return log;
  }
}
