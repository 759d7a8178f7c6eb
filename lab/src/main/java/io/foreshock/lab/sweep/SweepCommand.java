// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.lab.print.Format;
import io.foreshock.lab.runner.TrainingCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code sweep --out DIR}: trains a grid of variants, sizes, learning rates and seeds, and writes
 * the result of each cell.
 *
 * <p>A cell that was trained with the same arguments is not trained again. An interrupted sweep
 * therefore continues where it stopped, and a larger grid trains only its new cells.
 */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains small models over a grid of sizes, learning rates and variants. For each model it"
          + " writes the loss, the attention logits and whether the run diverged, as a table that fit"
          + " reads.",
      "",
      "An interrupted sweep continues where it stopped when the same command is started again."
          + " docs/sweep.md describes the files that it writes."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock sweep --plan",
      "  foreshock sweep --out lr --variant base: --variant qk:\"--qk-layernorm\"",
      "  foreshock sweep --out lr --workers 0",
      "",
      "Exit code 0: every cell of the grid was trained, whether it diverged or not. 1: a cell is"
          + " missing or failed, or a file cannot be read or written. 2: wrong usage. With --workers 0"
          + " and no option that describes a grid, only the cells found in the directory count."
    })
public final class SweepCommand extends TrainingCommand {
  @Mixin private final SweepOptions options = new SweepOptions();

  @Option(
      names = "--cell",
      paramLabel = "N",
      description =
          "Number of the only cell to train, counted from 0; no results are collected. Default: all"
              + " cells.")
  private @Nullable Integer number;

  @Option(
      names = "--logit-step",
      paramLabel = "STEP",
      description = "Step at which attention_logit_max is measured. Default: half of --steps.")
  private @Nullable Long logitStep;

  @Option(
      names = "--plan",
      description = "Only print the grid, its FLOPs and its estimated minutes; train nothing.")
  private boolean planOnly;

  @Option(
      names = "--slurm",
      paramLabel = "FILE",
      description =
          "Only write a Slurm job array to this file, in which each task trains one cell.")
  private @Nullable Path slurm;

  @Option(
      names = "--k8s",
      paramLabel = "FILE",
      description =
          "Only write an indexed Kubernetes Job to this file, in which each pod trains one cell.")
  private @Nullable Path kubernetes;

  @Option(
      names = "--format",
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "Output format. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  private List<Cell> cells = List.of();

  /** The command, which starts the trainers with the launcher that started this process. */
  public SweepCommand() {
    this(null);
  }

  /** The command, which starts the trainers with the launcher {@code home/foreshock}. */
  SweepCommand(@Nullable Path home) {
    super(home);
  }

  @Override
  protected void check() {
    require(planOnly || hasDirectory(), "--out is missing: expected the directory of the sweep");
    require(
        logitStep == null || logitStep >= 1,
        "--logit-step = " + logitStep + ": expected at least 1");
    try {
      cells = options.grid().cells();
      require(
          number == null || (number >= 0 && number < cells.size()),
          "--cell = " + number + ": expected 0 to " + (cells.size() - 1));
      require(
          logitStep == null || logitStep <= cells.get(0).steps(),
          "--logit-step = " + logitStep + ": expected at most --steps = " + cells.get(0).steps());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec().commandLine(), e.getMessage(), e);
    }
  }

  @Override
  protected int work() throws IOException, InterruptedException {
    if (planOnly) {
      SweepPlan plan = SweepPlan.of(cells, hasDirectory() ? directory() : null, workers());
      out().print(plan.as(format));
      return 0;
    }
    if (slurm != null || kubernetes != null) {
      return writeScripts();
    }
    SweepFolder folder = new SweepFolder(directory());
    folder.runs().create();
    return number == null ? sweep(folder) : one(folder, cells.get(number));
  }

  private int sweep(SweepFolder folder) throws IOException, InterruptedException {
    if (workers() > 0) {
      train(folder, cells, "worker");
    }
    Results results = Results.read(folder, logitStep == null ? 0 : logitStep);
    results.write(folder);
    out().print(printed(results));
    err()
        .printf(
            "sweep: %d cells in %s, %d failed; the results as a page: %s%n",
            results.rows().size(), folder.results("csv"), results.failed().size(), folder.page());
    boolean collected = workers() == 0 && !describesGrid();
    return complete(folder, collected ? results.cells() : cells, results.failed()) ? 0 : 1;
  }

  /** Whether the user gave an option that describes a grid. All of them have defaults. */
  private boolean describesGrid() {
    ParseResult given = spec().commandLine().getParseResult();
    CommandSpec grid = spec().mixins().get("options");
    return given.hasMatchedPositional(0)
        || (grid != null
            && grid.options().stream()
                .anyMatch(option -> given.hasMatchedOption(option.longestName())));
  }

  /** Whether all cells of a grid were trained; prints how many are missing. */
  private boolean complete(SweepFolder folder, List<Cell> grid, Set<Cell> failed)
      throws IOException {
    List<Cell> missing =
        folder.missing(grid.stream().filter(cell -> !failed.contains(cell)).toList());
    int changed = folder.changed(missing);
    if (!missing.isEmpty()) {
      String others =
          changed == 0 ? "" : "; " + changed + " of these were trained with other arguments";
      err()
          .printf(
              "sweep: %d of this grid's %d cells are missing%s%n",
              missing.size(), grid.size(), others);
    }
    return missing.isEmpty() && grid.stream().noneMatch(failed::contains);
  }

  private int one(SweepFolder folder, Cell cell) throws IOException, InterruptedException {
    int failed = train(folder, List.of(cell), "cell-" + number);
    out().println(cell.run() + (failed == 0 ? " is trained" : " failed"));
    return failed == 0 ? 0 : 1;
  }

  /** Trains the cells that are missing and returns how many failed. */
  private int train(SweepFolder folder, List<Cell> wanted, String logs)
      throws IOException, InterruptedException {
    List<Cell> missing = folder.missing(wanted);
    int changed = folder.changed(missing);
    if (changed > 0) {
      err().println("sweep: " + changed + " cells are trained again because of new arguments");
    }
    if (missing.size() < wanted.size()) {
      err()
          .printf(
              "sweep: %d of %d cells are already trained%n",
              wanted.size() - missing.size(), wanted.size());
    }
    err().flush();
    return train(
        folder.runs(),
        missing,
        List.of("--threads=1"),
        logs,
        progress -> new CellLog(folder, progress));
  }

  private int writeScripts() throws IOException {
    Path out = directory().toAbsolutePath().normalize();
    ClusterJob job = new ClusterJob(cells, out, home(), options, logitStep);
    if (slurm != null) {
      Files.writeString(slurm, job.slurm());
      out().println("sbatch " + slurm);
    }
    if (kubernetes != null) {
      Files.writeString(kubernetes, job.kubernetes());
      out().println("kubectl apply -f " + kubernetes);
    }
    return 0;
  }

  private String printed(Results results) {
    return switch (format) {
      case TEXT -> results.text();
      case JSON -> results.json().toPrettyString() + "\n";
      case CSV -> results.csv();
    };
  }
}
