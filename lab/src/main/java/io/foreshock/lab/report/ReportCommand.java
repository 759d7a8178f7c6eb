// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.report;

import io.foreshock.lab.client.MonitorClient;
import io.foreshock.lab.client.MonitorOptions;
import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.SourceOptions;
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
import org.jspecify.annotations.Nullable;
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
 * <p>HTML goes to a file, whose path is printed. Markdown and JSON go to standard output. Problems
 * go to standard error. The exit code is 0 for success, 2 for a wrong command line, and 1 when the
 * run does not exist or cannot be read.
 */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a post-mortem of a run. It lists every spike and divergence with its class, its cost,"
          + " the signal that moved first, the warnings and the actions taken.",
      "",
      "The run comes from a running monitor (--monitor), from the data directory of a stopped"
          + " monitor (--data), or from logs."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock report my-run",
      "  foreshock report my-run --data foreshock-data --format md",
      "  foreshock report run.lp.gz --out report.html",
      "",
      "Exit code 0: the report was written. 1: the run does not exist or cannot be read. 2: wrong"
          + " usage."
    })
public final class ReportCommand implements Callable<Integer> {
  private static final String STDOUT = "-";
  private static final String OTHERWISE =
      "use its data directory (--data DIR) or logs (a file or directory)";

  /** Long, because the report of a run of millions of steps takes minutes. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Parameters(
      paramLabel = "RUN | SOURCE",
      arity = "1..*",
      description =
          "Name of a run, or logs: files, directories, or - for standard input, in every format that"
              + " 'attach' reads. Several are read in the given order. What exists as a file is a"
              + " source.")
  private List<String> what = List.of();

  @Mixin private final MonitorOptions monitor = new MonitorOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Data directory of a stopped monitor, to read the run from instead of a running monitor.")
  private @Nullable Path data;

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Name of the run to report, if the sources contain several runs.")
  private @Nullable String chosen;

  @Option(
      names = "--format",
      paramLabel = "html|json|md",
      defaultValue = "html",
      description = "Output format. Default: ${DEFAULT-VALUE}.")
  private RunReport.Format format = RunReport.Format.HTML;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File to write the report to; - for standard output. Default: report-RUN.html for html,"
              + " standard output for json and md.")
  private @Nullable String out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      String run = what.get(0);
      String text;
      if (data == null && what.stream().allMatch(ReportCommand::isSource)) {
        RecordedRun recorded = recorded();
        run = recorded.name();
        text = format.write(RunReport.of(recorded));
      } else if (what.size() > 1) {
        throw wrong(what + ": expected one run, or only files and directories that exist");
      } else if (data != null) {
        text = stopped(data, run);
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

  private ParameterException wrong(@Nullable String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static boolean isSource(String name) {
    return name.equals("-") || name.endsWith(".lp") || Files.exists(Path.of(name));
  }

  private RecordedRun recorded() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Recordings recordings = new Recordings(err::println);
    for (Log log : logs()) {
      try {
        recordings.read(log, source.reading());
      } catch (IOException e) {
        err.println(e.getMessage() + "; the lines before that are used");
      }
    }
    Map<String, RecordedRun> runs = recordings.runs();
    if (runs.isEmpty()) {
      throw new IOException(
          "expected telemetry of a run, found none in " + String.join(", ", what));
    }
    if (chosen == null && runs.size() > 1) {
      throw wrong("the sources contain several runs, choose with --run: " + runs.keySet());
    }
    String name = chosen == null ? runs.keySet().iterator().next() : chosen;
    RecordedRun run = runs.get(name);
    if (run == null) {
      throw new IOException(
          "there is no run '" + name + "' in these sources, but " + runs.keySet());
    }
    return run;
  }

  private List<Log> logs() {
    try {
      return source.logs(null).find(what.stream().map(Path::of).toList());
    } catch (IOException e) {
      throw wrong(e.getMessage());
    }
  }

  private String stopped(Path data, String run) throws IOException, InterruptedException {
    if (!Files.isDirectory(data)) {
      throw wrong("--data = " + data + ": expected the data directory of a monitor");
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

  /** A file name for the run, with the characters replaced that file systems may reject. */
  static String fileName(String run, RunReport.Format format) {
    String safe = run.replaceAll("[^A-Za-z0-9._-]+", "_");
    return "report-" + safe.substring(0, Math.min(100, safe.length())) + "." + format.suffix();
  }
}
