// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import io.foreshock.lab.print.Format;
import io.foreshock.lab.recording.Forecasting;
import io.foreshock.lab.recording.Playback;
import io.foreshock.lab.recording.ReplayedRun;
import io.foreshock.lab.recording.SignalFilter;
import io.foreshock.lab.score.Labels;
import io.foreshock.lab.score.ScoreCsv;
import io.foreshock.lab.score.ScoreJson;
import io.foreshock.lab.score.ScorePlot;
import io.foreshock.lab.score.ScoreReplay;
import io.foreshock.lab.score.ScoreTable;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.telemetry.Signal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * stand, so in step order within a run. With {@code --score} it is the scoreboard instead:
 * Foreshock beside the rules of other tools. Progress, bad lines and one summary a run go to
 * standard error. Exit code 0; 2 for a wrong command line or bad labels; 1 when a file cannot be
 * read to its end or holds nothing but bad lines, or no run could be scored.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Replays recorded telemetry through the predictors and prints their alarms.")
public final class ReplayCommand implements Callable<Integer> {
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
      description =
          "text, json (one alarm a line; the scoreboard as one object) or csv; default"
              + " ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--horizon",
      paramLabel = "STEPS",
      defaultValue = "" + RunWatch.DEFAULT_HORIZON_STEPS,
      description = "How far ahead the forecast looks; default ${DEFAULT-VALUE} steps.")
  private int horizonSteps;

  @Option(
      names = "--model",
      paramLabel = "MODEL.csv",
      description = "Forecast by this model, as corpus --fit writes it; default: the one shipped.")
  private Path modelFile;

  @Option(
      names = "--signals",
      paramLabel = "NAME,…",
      description =
          "All that the predictors are shown, such as loss,grad_norm: no other signal, and no"
              + " configuration.")
  private String signals;

  @Option(
      names = "--score",
      description = "Print the scoreboard: Foreshock beside the rules of other tools.")
  private boolean score;

  @Option(
      names = "--labels",
      paramLabel = "FILE.json",
      description =
          "With --score: what became of each run. Without, runs are labelled by hindsight, and"
              + " none as sudden.")
  private Path labels;

  @Option(
      names = "--by",
      paramLabel = "KEY",
      description = "With --score: Foreshock's score for each value of a family's key as well.")
  private String by;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "With --score: draw recall against false alarms.")
  private Path plot;

  @Spec private CommandSpec spec;

  private final Map<String, ReplayedRun> runs = new LinkedHashMap<>();
  private Forecasting forecasting;

  @Override
  public Integer call() throws IOException {
    check();
    forecasting = new Forecasting(horizonSteps, model());
    Set<Signal> shown = signals == null ? null : shown();
    return score ? score(shown) : alarms(shown);
  }

  private int alarms(Set<Signal> shown) {
    PrintWriter out = spec.commandLine().getOut();
    AlarmFormat written = AlarmFormat.of(format);
    if (written.header() != null) {
      out.println(written.header());
    }
    Playback playback = new Playback(err(), (name, point) -> run(name, shown).accept(point));
    boolean complete = playback.play(files);
    out.flush();
    runs.values().forEach(run -> err().println(run.summary()));
    err().println(playback.summary(runs.size()));
    err().flush();
    return complete ? 0 : 1;
  }

  private ReplayedRun run(String name, Set<Signal> shown) {
    ReplayedRun run = runs.get(name);
    if (run == null) {
      SignalFilter filter = shown == null ? null : new SignalFilter(shown);
      PrintWriter out = spec.commandLine().getOut();
      run =
          new ReplayedRun(
              name, forecasting, filter, alarm -> out.println(AlarmFormat.of(format).row(alarm)));
      runs.put(name, run);
    }
    return run;
  }

  private int score(Set<Signal> shown) throws IOException {
    Map<String, RunLabel> truth = labels == null ? null : truth();
    ScoreReplay replay =
        new ScoreReplay(truth, forecasting, shown, message -> err().println(message));
    Playback playback = new Playback(err(), replay);
    boolean complete = playback.play(files);
    err().println(playback.summary(replay.runs()));
    if (labels == null) {
      err().println("no --labels: labelled by hindsight; a sudden run counts as predictable");
    }
    Scoreboard board = replay.score();
    if (board == null) {
      err().println("no run could be scored");
      return 1;
    }
    if (plot != null) {
      Files.writeString(plot, ScorePlot.of(board));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (format) {
          case TEXT -> ScoreTable.of(board, by);
          case JSON -> ScoreJson.of(board) + "\n";
          case CSV -> ScoreCsv.of(board);
        });
    out.flush();
    err().flush();
    return complete ? 0 : 1;
  }

  private DivergenceModel model() throws IOException {
    if (modelFile == null) {
      return DivergenceModel.shipped();
    }
    if (!Files.isReadable(modelFile) || Files.isDirectory(modelFile)) {
      throw wrong("--model = " + modelFile + ": expected a file that can be read");
    }
    try {
      // in Latin-1 any file is text: what is no model is told by its line
      return DivergenceModel.parse(Files.readString(modelFile, StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw wrong("--model = " + modelFile + ": " + e.getMessage());
    }
  }

  private void check() {
    if (horizonSteps < 1) {
      throw wrong("--horizon = " + horizonSteps + ": expected at least 1 step");
    }
    if (!score && (labels != null || by != null || plot != null)) {
      String option = labels != null ? "--labels" : by != null ? "--by" : "--plot";
      throw wrong(option + ": expected together with --score");
    }
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw wrong(file + ": expected a file that can be read");
      }
    }
  }

  private Set<Signal> shown() {
    try {
      return SignalFilter.parse(signals);
    } catch (IllegalArgumentException e) {
      throw wrong("--signals = " + e.getMessage());
    }
  }

  private Map<String, RunLabel> truth() throws IOException {
    if (!Files.isReadable(labels) || Files.isDirectory(labels)) {
      throw wrong("--labels = " + labels + ": expected a file that can be read");
    }
    try {
      return Labels.read(labels);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
