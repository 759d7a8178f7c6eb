// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.runner.WorkProgress;
import io.foreshock.lab.runner.Workers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
public final class CorpusCommand implements Callable<Integer> {
  @Option(names = "--out", paramLabel = "DIR", description = "where the corpus lies or will lie")
  private Path directory;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "processes that train; 0 = only label what is there (default: all cores)")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of the plan and of every run (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--scale",
      defaultValue = "full",
      converter = ScaleName.class,
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

  @Spec private CommandSpec spec;

  private final Path home;

  /** The command; trainers are started by the launcher that started this process. */
  public CorpusCommand() {
    this(Path.of(System.getProperty("foreshock.home", ".")));
  }

  /** The command with another launcher: {@code home/foreshock}. */
  CorpusCommand(Path home) {
    this.home = home.toAbsolutePath();
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    try {
      if (planOnly) {
        new PlanSummary(wanted(CorpusPlan.of(seed, scale)), out()).print();
        return 0;
      }
      if (model != null) {
        new CorpusFit(new CorpusFolder(directory), out()).write(model, without);
        return 0;
      }
      return subset == null ? make() : writeSubset();
    } catch (IOException | IllegalArgumentException e) {
      err().println("foreshock corpus: " + e.getMessage());
      return 1;
    } finally {
      out().flush();
      err().flush();
    }
  }

  private void check() {
    require(planOnly || directory != null, "--out: expected the corpus's directory");
    require(
        without == null || without.indexOf('=') > 0,
        "--without = " + without + ": expected FAMILY=VALUE");
    require(without == null || model != null, "--without: expected together with --fit");
    require(workers >= 0, "--workers = " + workers + ": expected at least 0");
    require(maxBytes >= 1, "--max-bytes = " + maxBytes + ": expected at least 1");
    require(
        text == null || Files.isReadable(text),
        "--text = " + text + ": expected a file that can be read");
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }

  private int make() throws IOException, InterruptedException {
    CorpusFolder folder = new CorpusFolder(directory);
    List<PlannedRun> plan = CorpusPlan.of(seed, scale);
    List<PlannedRun> again = folder.prepare(plan);
    if (!again.isEmpty()) {
      err().println("corpus: " + again.size() + " runs are made again, with other arguments");
    }
    int failures = workers == 0 ? 0 : train(folder, plan);
    CorpusLabels labels = new CorpusLabels(folder);
    failures += labels.write(plan, out(), err());
    return failures == 0 ? 0 : 1;
  }

  private int train(CorpusFolder folder, List<PlannedRun> plan) throws InterruptedException {
    List<PlannedRun> missing = wanted(plan).stream().filter(run -> !folder.finished(run)).toList();
    WorkProgress progress = new WorkProgress("corpus", missing, err(), System::nanoTime);
    new Workers(home, folder.runs(), common(), "worker").train(missing, workers, progress);
    return progress.failed();
  }

  private List<String> common() {
    List<String> common = new ArrayList<>(List.of("--threads=1"));
    if (text != null) {
      common.add("--text=" + text.toAbsolutePath());
    }
    return common;
  }

  private int writeSubset() throws IOException {
    CorpusFolder from = new CorpusFolder(directory);
    int runs = new Subset(from, new CorpusFolder(subset), maxBytes).write();
    out().println(runs + " runs in " + subset);
    return 0;
  }

  private List<PlannedRun> wanted(List<PlannedRun> plan) {
    return plan.stream().filter(run -> only.matcher(run.run()).find()).toList();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Reads a {@link Scale} by its name in small letters. */
  private static final class ScaleName implements ITypeConverter<Scale> {
    @Override
    public Scale convert(String name) {
      for (Scale scale : Scale.values()) {
        if (scale.wireName().equals(name)) {
          return scale;
        }
      }
      throw new TypeConversionException("expected full or small, not '" + name + "'");
    }
  }
}
