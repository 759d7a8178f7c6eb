// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import io.foreshock.lab.client.MonitorOptions;
import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.LogFile;
import io.foreshock.lab.recording.LogSummary;
import io.foreshock.lab.recording.Logs;
import io.foreshock.lab.recording.SourceOptions;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.LineWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
 * {@code attach SOURCE…}: follows the logs that training programs write, and sends them to a
 * monitor.
 *
 * <p>It ends when all logs say that their runs have ended, or after a time without a new line. It
 * can be stopped and started again at any time: what was sent is written down. Progress goes to
 * standard error. The exit code is 0 for success, 1 when the monitor refuses all lines or a log
 * cannot be read, and 2 for a wrong command line.
 */
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Follows the logs that a training program writes, and sends them to a monitor. The program"
          + " needs no change.",
      "",
      "A source is a file, a directory, or - for standard input. Formats: TensorBoard event files,"
          + " W&B's .wandb files, Hugging Face's trainer_state.json, CSV, JSON lines, text logs and"
          + " line protocol; packed by gzip or zstd too. In a directory new runs are found while"
          + " they appear."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock attach runs/",
      "  foreshock attach ./wandb",
      "  foreshock attach --dry-run train.log",
      "  foreshock attach --complete old-runs/",
      "  foreshock attach --once trainer_state.json > run.lp",
      "",
      "Exit code 0: done. 1: the monitor refuses the lines, or a log cannot be read. 2: wrong usage."
    })
public final class AttachCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "SOURCE",
      arity = "1..*",
      description = "Files and directories with logs; - for standard input.")
  private List<Path> sources = List.of();

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description =
          "Name of the run, for a log that does not name it. Default: from the log's path.")
  private @Nullable String run;

  @Option(names = "--format", paramLabel = "NAME", description = "The same as --source-format.")
  private @Nullable String format;

  @Mixin private final SourceOptions source = new SourceOptions();
  @Mixin private final MonitorOptions monitor = new MonitorOptions();

  @Option(
      names = "--once",
      description =
          "Print what the logs hold as line protocol to standard output instead, and end.")
  private boolean once;

  @Option(
      names = "--dry-run",
      description =
          "Print what would be sent instead: runs, steps, which name became which signal, what no"
              + " detector reads, and what looks wrong.")
  private boolean dryRun;

  @Option(
      names = "--complete",
      description =
          "The logs are complete: send them, tell the monitor that their runs have ended, and end.")
  private boolean complete;

  @Option(
      names = "--idle",
      paramLabel = "MINUTES",
      defaultValue = "720",
      description = "End after so many minutes without a new line. Default: ${DEFAULT-VALUE}.")
  private double idleMinutes;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Directory in which to write down what was sent. Default: foreshock/attach in"
              + " $XDG_STATE_HOME or ~/.local/state.")
  private @Nullable Path state;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls this command
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    check();
    ReadingOptions reading = source.reading();
    Logs logs = format == null ? source.logs(run) : source.logs("--format", format, run);
    try {
      if (dryRun) {
        return summarize(logs, reading);
      }
      return once ? print(logs, reading) : follow(logs, reading);
    } catch (IOException e) {
      say(String.valueOf(e.getMessage()));
      return 1;
    }
  }

  private int summarize(Logs logs, ReadingOptions reading) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    boolean understood = true;
    for (Log log : logs.find(sources)) {
      LogSummary summary = LogSummary.of(log, reading, this::say);
      summary.sentences().forEach(out::println);
      understood &= summary.isUnderstood();
    }
    out.flush();
    return understood ? 0 : 1;
  }

  private int print(Logs logs, ReadingOptions reading) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    LineWriter line = new LineWriter();
    for (Log log : logs.find(sources)) {
      log.read(
          reading,
          point -> {
            line.clear();
            line.point(point);
            out.print(new String(line.toByteArray(), StandardCharsets.UTF_8));
          },
          this::say);
    }
    out.flush();
    return 0;
  }

  private int follow(Logs logs, ReadingOptions reading) throws IOException, InterruptedException {
    MonitorDelivery delivery =
        new MonitorDelivery(
            monitor.client(Duration.ofSeconds(30)),
            this::say,
            pause -> Thread.sleep(pause.toMillis()));
    Following following =
        new Following(
            logs,
            sources,
            reading,
            delivery,
            new StateFolder(state == null ? StateFolder.usual() : state, monitor.address()),
            this::say);
    following.follow(Duration.ofMillis(Math.round(idleMinutes * 60_000)), complete);
    return 0;
  }

  private void check() {
    if (!(idleMinutes > 0)) {
      throw wrong("--idle = " + idleMinutes + ": expected more than 0 minutes");
    }
    String scheme = monitor.address().getScheme();
    if (scheme == null || !scheme.startsWith("http") || monitor.address().getHost() == null) {
      throw wrong(
          "--monitor = "
              + monitor.address()
              + ": expected an address such as http://127.0.0.1:8087");
    }
    if (once && dryRun) {
      throw wrong("--once and --dry-run: expected one of them");
    }
    for (Path path : sources) {
      if (!path.equals(LogFile.STANDARD_INPUT) && !Files.isReadable(path)) {
        throw wrong(path + ": expected a file or directory that can be read");
      }
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void say(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("attach: " + message);
    err.flush();
  }
}
