// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.replay;

import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code replay FILE.lp…}: recorded telemetry through the same predictors as live, as fast as it
 * goes.
 *
 * <p>Alarms go to standard output in the order in which they arise: files as given, lines as they
 * stand, so in step order within a run. Progress, bad lines and one summary a run go to standard
 * error. Exit code 0; 2 for a wrong command line; 1 when a file cannot be read to its end or holds
 * nothing but bad lines.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Replays recorded telemetry through the predictors and prints their alarms.")
public final class ReplayCommand implements Callable<Integer> {
  /** Bad lines quoted for each file; the rest is counted. */
  private static final int QUOTED = 10;

  private static final long PROGRESS_EVERY_NANOS = 5_000_000_000L;
  private static final int LOOK_AT_CLOCK_EVERY = 1 << 14;

  @Parameters(
      paramLabel = "FILE.lp[.gz]",
      arity = "1..*",
      description =
          "Line protocol, plain or gzip. A file may hold many runs, a run may span several files"
              + " given in order.")
  private List<Path> files;

  @Option(
      names = "--format",
      defaultValue = "text",
      converter = AlarmFormat.Named.class,
      description = "text, json (one alarm a line) or csv; default ${DEFAULT-VALUE}.")
  private AlarmFormat format;

  @Option(
      names = "--horizon",
      paramLabel = "STEPS",
      defaultValue = "200",
      description = "How far ahead the outlook looks; default ${DEFAULT-VALUE} steps.")
  private int horizonSteps;

  @Spec private CommandSpec spec;

  private final Map<String, ReplayedRun> runs = new LinkedHashMap<>();
  private final long started = System.nanoTime();
  private long lines;
  private long badLines;
  private long nextProgress = started + PROGRESS_EVERY_NANOS;

  @Override
  public Integer call() {
    check();
    PrintWriter out = spec.commandLine().getOut();
    if (format.header() != null) {
      out.println(format.header());
    }
    boolean complete = true;
    for (Path file : files) {
      complete &= replay(file);
    }
    out.flush();
    summarize();
    boolean nothingGood = badLines > 0 && runs.isEmpty();
    return complete && !nothingGood ? 0 : 1;
  }

  private void check() {
    if (horizonSteps < 1) {
      throw new ParameterException(
          spec.commandLine(), "--horizon = " + horizonSteps + ": expected at least 1 step");
    }
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new ParameterException(
            spec.commandLine(), file + ": expected a file that can be read");
      }
    }
  }

  /** Replays one file; gives whether it could be read to its end. */
  private boolean replay(Path file) {
    FileLines taker = new FileLines(file);
    Recording recording = new Recording(file);
    try {
      recording.read(taker);
      return true;
    } catch (IOException e) {
      err().println(file + ": " + e.getMessage() + "; the lines before it were used");
      return false;
    } finally {
      taker.close();
    }
  }

  private void print(Alarm alarm) {
    spec.commandLine().getOut().println(format.row(alarm));
  }

  private void progress() {
    long now = System.nanoTime();
    if (now >= nextProgress) {
      nextProgress = now + PROGRESS_EVERY_NANOS;
      err().println("replay: " + lines + " lines, " + rate(now) + " lines/s");
      err().flush();
    }
  }

  private void summarize() {
    runs.values().forEach(run -> err().println(run.summary()));
    err()
        .println(
            "replay: "
                + lines
                + " lines of "
                + runs.size()
                + " runs, "
                + badLines
                + " bad, "
                + rate(System.nanoTime())
                + " lines/s");
    err().flush();
  }

  private long rate(long now) {
    return Math.round(lines / Math.max(1e-3, (now - started) * 1e-9));
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** What one file's lines are for. */
  private final class FileLines implements Recording.Lines {
    private final Path file;
    private long bad;
    private String lastName;
    private ReplayedRun lastRun;

    FileLines(Path file) {
      this.file = file;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      String name = Telemetry.run(point);
      if (!name.equals(lastName)) {
        lastRun =
            runs.computeIfAbsent(
                name, run -> new ReplayedRun(run, horizonSteps, ReplayCommand.this::print));
        lastName = name;
      }
      lastRun.accept(point);
      if (++lines % LOOK_AT_CLOCK_EVERY == 0) {
        progress();
      }
    }

    @Override
    public void bad(long lineNumber, String message) {
      badLines++;
      if (++bad <= QUOTED) {
        err().println(file + ":" + lineNumber + ": " + message);
      }
    }

    void close() {
      if (bad > QUOTED) {
        err().println(file + ": " + (bad - QUOTED) + " more bad lines");
      }
    }
  }
}
