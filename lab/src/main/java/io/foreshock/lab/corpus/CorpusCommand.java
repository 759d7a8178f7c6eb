// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.runner.TrainingCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code corpus --out DIR}: trains the runs to which predictors are fitted and by which they are
 * judged.
 *
 * <p>Runs that exist are kept, so an interrupted command continues where it stopped. The output
 * never reveals the outcome of a run of the test split.
 */
@Command(
    name = "corpus",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains the runs of a corpus, healthy and unstable, and labels them, split into training,"
          + " validation and test.",
      "",
      "An interrupted command continues where it stopped when it is started again. docs/corpus.md"
          + " describes the runs and files."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock corpus --plan",
      "  foreshock corpus --out corpus --scale small",
      "  foreshock corpus --out corpus --shapes",
      "  foreshock corpus --out corpus --fit model.csv",
      "",
      "Exit code 0: every run was trained and labelled. 1: a run failed, or a file cannot be read or"
          + " written. 2: wrong usage."
    })
public final class CorpusCommand extends TrainingCommand {
  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description =
          "Random seed of the plan, from which the seed of every run follows. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--scale",
      paramLabel = "full|small",
      defaultValue = "full",
      description =
          "Size of the corpus; small has about a sixth of the runs. Default: ${DEFAULT-VALUE}.")
  private Scale scale = Scale.FULL;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = "",
      description =
          "Train only the runs whose names contain a match of this regular expression. Default: all"
              + " runs.")
  private Pattern only = Pattern.compile("");

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Text file to train on. Default: the default of train.")
  private @Nullable Path text;

  @Option(
      names = "--plan",
      description = "Only print the planned runs and their estimated time; train nothing.")
  private boolean planOnly;

  @Option(
      names = "--shapes",
      description =
          "Only compute runs of many shapes, healthy and sick, with the noise of public training"
              + " logs, and label them; train nothing. If --out has trained runs, noise is added to"
              + " copies of the healthy ones too.")
  private boolean shapes;

  @Option(
      names = "--subset",
      paramLabel = "DIR",
      description =
          "Only copy a small part of the corpus in --out to this directory, without its test split.")
  private @Nullable Path subset;

  @Option(
      names = "--max-bytes",
      paramLabel = "BYTES",
      defaultValue = "5000000",
      description = "Largest size of --subset in bytes. Default: ${DEFAULT-VALUE}.")
  private long maxBytes;

  @Option(
      names = "--fit",
      paramLabel = "MODEL.csv",
      description =
          "Only fit the forecast to the corpus in --out, without its test split, and write the model"
              + " to this file.")
  private @Nullable Path model;

  @Option(
      names = "--without",
      paramLabel = "FAMILY=VALUE",
      description =
          "With --fit: family of runs to leave out of the fit, such as optimizer=lion. Default: none.")
  private @Nullable String without;

  /** The command, which starts the trainers with the launcher that started this process. */
  public CorpusCommand() {
    this(null);
  }

  /** The command, which starts the trainers with the launcher {@code home/foreshock}. */
  CorpusCommand(@Nullable Path home) {
    super(home);
  }

  @Override
  protected int work() throws IOException, InterruptedException {
    if (planOnly) {
      new PlanSummary(wanted(CorpusPlan.of(seed, scale)), out()).print();
      return 0;
    }
    if (model != null) {
      new CorpusFit(new CorpusFolder(directory()), out()).write(model, without);
      return 0;
    }
    if (shapes) {
      new ShapeCorpus(new CorpusFolder(directory()), seed, scale).write(out());
      return 0;
    }
    return subset == null ? make() : writeSubset(subset);
  }

  @Override
  protected void check() {
    require(planOnly || hasDirectory(), "--out is missing: expected the directory of the corpus");
    require(
        without == null || without.indexOf('=') > 0,
        "--without = " + without + ": expected FAMILY=VALUE");
    require(without == null || model != null, "--without: expected together with --fit");
    require(maxBytes >= 1, "--max-bytes = " + maxBytes + ": expected at least 1");
    require(
        text == null || Files.isReadable(text),
        "--text = " + text + ": expected a file that can be read");
  }

  private int make() throws IOException, InterruptedException {
    CorpusFolder folder = new CorpusFolder(directory());
    List<PlannedRun> plan = CorpusPlan.of(seed, scale);
    List<PlannedRun> again = folder.prepare(plan);
    if (!again.isEmpty()) {
      err().println("corpus: " + again.size() + " runs are trained again because of new arguments");
    }
    int failures = workers() == 0 ? 0 : train(folder, plan);
    CorpusLabels labels = new CorpusLabels(folder);
    failures += labels.write(plan, out(), err());
    return failures == 0 ? 0 : 1;
  }

  private int train(CorpusFolder folder, List<PlannedRun> plan) throws InterruptedException {
    List<PlannedRun> missing = wanted(plan).stream().filter(run -> !folder.finished(run)).toList();
    return train(folder.runs(), missing, common(), "worker", progress -> progress);
  }

  private List<String> common() {
    List<String> common = new ArrayList<>(List.of("--threads=1"));
    if (text != null) {
      common.add("--text=" + text.toAbsolutePath());
    }
    return common;
  }

  private int writeSubset(Path subset) throws IOException {
    CorpusFolder from = new CorpusFolder(directory());
    int runs = new Subset(from, new CorpusFolder(subset), maxBytes).write();
    out().println("copied " + runs + " runs to " + subset);
    return 0;
  }

  private List<PlannedRun> wanted(List<PlannedRun> plan) {
    return plan.stream().filter(run -> only.matcher(run.run()).find()).toList();
  }
}
