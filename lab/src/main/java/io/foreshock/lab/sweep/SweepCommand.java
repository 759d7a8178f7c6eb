// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.lab.print.Format;
import io.foreshock.lab.runner.TrainingCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * {@code sweep --out DIR}: trains a grid of variants, sizes, learning rates and seeds, and writes
 * what became of each cell.
 *
 * <p>A cell that was trained with the same arguments is not trained again, so a sweep that was
 * broken off goes on where it was, and one that grows trains only what is new.
 */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains small models over a grid of sizes, learning rates and variants, and tells for each its"
          + " loss, its attention logits and whether it diverged: what fit reads.",
      "",
      "Broken off, it goes on where it was. docs/sweep.md says what it writes."
    },
    footer = {
      "",
      "  foreshock sweep --plan",
      "  foreshock sweep --out lr --variant base: --variant qk:\"--qk-layernorm\" --steps 2000",
      "",
      "Exit code 0: every cell of the grid is there, diverged or not; of --workers 0 without an"
          + " option that describes a grid: every cell that lies there. 1: one is missing or failed,"
          + " or something cannot be read or written. 2: wrong usage."
    })
public final class SweepCommand extends TrainingCommand {
  @Mixin private SweepOptions options;

  @Option(
      names = "--cell",
      paramLabel = "I",
      description = "train only this cell of the grid, from 0, and collect nothing")
  private Integer number;

  @Option(
      names = "--logit-step",
      paramLabel = "N",
      description = "step at which attention_logit_max is taken (default: half-way)")
  private Long logitStep;

  @Option(
      names = "--plan",
      description = "print the grid, its operations and its minutes, and nothing else")
  private boolean planOnly;

  @Option(
      names = "--slurm",
      paramLabel = "FILE",
      description = "write a Slurm job array that trains a cell a task, and nothing else")
  private Path slurm;

  @Option(
      names = "--k8s",
      paramLabel = "FILE",
      description = "write an indexed Kubernetes Job that trains a cell a pod, and nothing else")
  private Path kubernetes;

  @Option(
      names = "--format",
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "of what is printed (default: ${DEFAULT-VALUE})")
  private Format format;

  private List<Cell> cells;

  /** The command; trainers are started by the launcher that started this process. */
  public SweepCommand() {
    this(null);
  }

  /** The command with another launcher: {@code home/foreshock}. */
  SweepCommand(Path home) {
    super(home);
  }

  @Override
  protected void check() {
    require(planOnly || directory() != null, "--out: expected the sweep's directory");
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
          "--logit-step = " + logitStep + ": expected at most --steps");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec().commandLine(), e.getMessage(), e);
    }
  }

  @Override
  protected int work() throws IOException, InterruptedException {
    if (planOnly) {
      SweepPlan plan = SweepPlan.of(cells, directory(), workers());
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
            "sweep: %d cells in %s, %d failed; look at %s%n",
            results.rows().size(), folder.results("csv"), results.failed().size(), folder.page());
    boolean collected = workers() == 0 && !describesGrid();
    return whole(folder, collected ? results.cells() : cells, results.failed()) ? 0 : 1;
  }

  /** Whether the grid is the user's: it has a default for every option. */
  private boolean describesGrid() {
    ParseResult given = spec().commandLine().getParseResult();
    return given.hasMatchedPositional(0)
        || spec().mixins().get("options").options().stream()
            .anyMatch(option -> given.hasMatchedOption(option.longestName()));
  }

  /** Whether all of these are there; says how many are not. */
  private boolean whole(SweepFolder folder, List<Cell> grid, Set<Cell> failed) throws IOException {
    int bad = 0;
    int missing = 0;
    int changed = 0;
    for (Cell cell : grid) {
      if (failed.contains(cell)) {
        bad++;
      } else if (!folder.finished(cell)) {
        missing++;
        changed += folder.changed(cell) ? 1 : 0;
      }
    }
    if (missing > 0) {
      String others = changed == 0 ? "" : ", " + changed + " of them trained with other arguments";
      err()
          .printf(
              "sweep: %d of this grid's %d cells are missing%s%n", missing, grid.size(), others);
    }
    return bad + missing == 0;
  }

  private int one(SweepFolder folder, Cell cell) throws IOException, InterruptedException {
    int failed = train(folder, List.of(cell), "cell-" + number);
    out().println(cell.run() + (failed == 0 ? " is there" : " failed"));
    return failed == 0 ? 0 : 1;
  }

  /** Trains what is missing; how many failed. */
  private int train(SweepFolder folder, List<Cell> wanted, String logs)
      throws IOException, InterruptedException {
    List<Cell> missing = new ArrayList<>();
    int changed = 0;
    for (Cell cell : wanted) {
      if (!folder.finished(cell)) {
        missing.add(cell);
        changed += folder.changed(cell) ? 1 : 0;
      }
    }
    if (changed > 0) {
      err().println("sweep: " + changed + " cells are trained again, with other arguments");
    }
    if (missing.size() < wanted.size()) {
      err().printf("sweep: %d of %d are there%n", wanted.size() - missing.size(), wanted.size());
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
