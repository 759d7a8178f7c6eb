// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import io.foreshock.lab.client.MonitorClient;
import io.foreshock.lab.client.MonitorOptions;
import io.foreshock.monitor.StoppedMonitor;
import io.foreshock.monitor.report.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code report RUN}: the post-mortem of a run's spikes and divergences.
 *
 * <p>HTML goes to a file, whose path is printed; Markdown and JSON go to standard output; problems
 * go to standard error. Exit code 0; 2 for a wrong command line; 1 when the run is not there or
 * cannot be read.
 */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Post-mortem of a run: every spike and divergence with its class, cost, first mover, what was"
          + " known when and what was done about it.",
      "",
      "The run is asked of a running monitor, read from its data directory while it is stopped"
          + " (--data), or taken straight from recorded files."
    })
public final class ReportCommand implements Callable<Integer> {
  private static final String STDOUT = "-";
  private static final String OTHERWISE =
      "its data directory (--data DIR), or recorded files (FILE.lp)";

  /** A report of a run of millions of steps takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Parameters(
      paramLabel = "RUN | FILE.lp[.gz]",
      arity = "1..*",
      description = "A run's name, or files of line protocol whose names end in .lp or .lp.gz.")
  private List<String> what;

  @Mixin private MonitorOptions monitor;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A stopped monitor's data directory, instead of a running monitor.")
  private Path data;

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Which run, where files hold several.")
  private String chosen;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "html",
      description = "html, json or md; default ${DEFAULT-VALUE}.")
  private RunReport.Format format;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where it is written, - for standard output. Default: report-RUN.html, for json and md"
              + " standard output.")
  private String out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      String run = what.get(0);
      String text;
      if (what.stream().allMatch(ReportCommand::isFile)) {
        RecordedRun recorded = recorded();
        run = recorded.name();
        text = format.write(RunReport.of(recorded));
      } else if (what.size() > 1) {
        throw new ParameterException(
            spec.commandLine(),
            what + ": expected one run, or only files that end in .lp or .lp.gz");
      } else if (data != null) {
        text = stopped(run);
      } else {
        text = monitor.client(PATIENCE, OTHERWISE).report(run, format);
      }
      write(run, text);
      return 0;
    } catch (IOException e) {
      spec.commandLine().getErr().println("foreshock report: " + e.getMessage());
      return 1;
    }
  }

  private static boolean isFile(String name) {
    return name.endsWith(".lp") || name.endsWith(".lp.gz");
  }

  private RecordedRun recorded() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Recordings recordings = new Recordings(err::println);
    for (String name : what) {
      Path file = Path.of(name);
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new ParameterException(
            spec.commandLine(), name + ": expected a file that can be read");
      }
      try {
        recordings.read(file);
      } catch (IOException e) {
        err.println(file + ": " + e.getMessage() + "; the lines before it are used");
      }
    }
    Map<String, RecordedRun> runs = recordings.runs();
    if (runs.isEmpty()) {
      throw new IOException("there is no run in " + String.join(", ", what));
    }
    if (chosen == null && runs.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "there are several runs, choose with --run: " + runs.keySet());
    }
    String name = chosen == null ? runs.keySet().iterator().next() : chosen;
    if (!runs.containsKey(name)) {
      throw new IOException("there is no run '" + name + "' in these files, but " + runs.keySet());
    }
    return runs.get(name);
  }

  private String stopped(String run) throws IOException, InterruptedException {
    if (!Files.isDirectory(data)) {
      throw new ParameterException(
          spec.commandLine(), "--data = " + data + ": expected a monitor's data directory");
    }
    try (StoppedMonitor stopped = StoppedMonitor.open(data, run)) {
      return new MonitorClient(stopped.address(), null, PATIENCE).report(run, format);
    }
  }

  private void write(String run, String text) throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    boolean toConsole = out == null ? format != RunReport.Format.HTML : out.equals(STDOUT);
    if (toConsole) {
      console.print(text);
      console.flush();
      return;
    }
    Path file = Path.of(out == null ? fileName(run, format) : out);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + e, e);
    }
    console.println(file);
    console.flush();
  }

  /** A run's name may hold anything, a file's name may not. */
  static String fileName(String run, RunReport.Format format) {
    String safe = run.replaceAll("[^A-Za-z0-9._-]+", "_");
    return "report-" + safe.substring(0, Math.min(100, safe.length())) + "." + format.suffix();
  }
}
