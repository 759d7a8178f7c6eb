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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code corpus --out DIR}: makes the runs that predictors are fitted to and judged by.
 *
 * <p>Runs that are there are kept, so a corpus that was broken off goes on where it was. What is
 * printed never tells what became of a run of the test split.
 */
@Command(
    name = "corpus",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a corpus of labelled training runs, healthy and unstable, in parts for training,"
          + " validation and test.",
      "",
      "Broken off, it goes on where it was. docs/corpus.md says what it holds."
    },
    footer = {
      "",
      "Exit code 0: everything is there. 1: a run failed or something cannot be read or written."
          + " 2: wrong usage."
    })
public final class CorpusCommand extends TrainingCommand {
  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of the plan and of every run (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--scale",
      defaultValue = "full",
      description = "full, or small: a sixth of it (default: ${DEFAULT-VALUE})")
  private Scale scale;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = "",
      description = "only runs in whose names this is found")
  private Pattern only;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "text to train on (default: that of train)")
  private Path text;

  @Option(names = "--plan", description = "print what would be run, its cost, and nothing else")
  private boolean planOnly;

  @Option(
      names = "--subset",
      paramLabel = "DIR",
      description = "write a small part of the corpus in --out there; nothing of its test split")
  private Path subset;

  @Option(
      names = "--max-bytes",
      defaultValue = "5000000",
      description = "of the subset (default: ${DEFAULT-VALUE})")
  private long maxBytes;

  @Option(
      names = "--fit",
      paramLabel = "MODEL.csv",
      description = "fit the forecast to the corpus in --out, all but its test split, and write it")
  private Path model;

  @Option(
      names = "--without",
      paramLabel = "FAMILY=VALUE",
      description = "leave a family out of the fit, as optimizer=lion")
  private String without;

  /** The command; trainers are started by the launcher that started this process. */
  public CorpusCommand() {
    this(null);
  }

  /** The command with another launcher: {@code home/foreshock}. */
  CorpusCommand(Path home) {
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
    return subset == null ? make() : writeSubset();
  }

  @Override
  protected void check() {
    require(planOnly || directory() != null, "--out: expected the corpus's directory");
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
      err().println("corpus: " + again.size() + " runs are made again, with other arguments");
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

  private int writeSubset() throws IOException {
    CorpusFolder from = new CorpusFolder(directory());
    int runs = new Subset(from, new CorpusFolder(subset), maxBytes).write();
    out().println(runs + " runs in " + subset);
    return 0;
  }

  private List<PlannedRun> wanted(List<PlannedRun> plan) {
    return plan.stream().filter(run -> only.matcher(run.run()).find()).toList();
  }
}
