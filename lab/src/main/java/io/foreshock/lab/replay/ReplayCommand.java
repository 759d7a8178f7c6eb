// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import io.foreshock.lab.print.Format;
import io.foreshock.lab.recording.Forecasting;
import io.foreshock.lab.recording.Log;
import io.foreshock.lab.recording.Playback;
import io.foreshock.lab.recording.ReplayedRun;
import io.foreshock.lab.recording.SignalFilter;
import io.foreshock.lab.recording.SourceOptions;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.lab.score.Labels;
import io.foreshock.lab.score.ScoreCsv;
import io.foreshock.lab.score.ScoreJson;
import io.foreshock.lab.score.ScorePlot;
import io.foreshock.lab.score.ScoreReplay;
import io.foreshock.lab.score.ScoreTable;
import io.foreshock.predictors.evaluation.RunLabel;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.Baselines;
import io.foreshock.predictors.forecast.DivergenceModel;
import io.foreshock.predictors.online.Rule;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code replay SOURCE…}: sends recorded telemetry through the same predictors as live telemetry,
 * as fast as possible.
 *
 * <p>Alarms go to standard output in the order in which they arise: sources in the given order, and
 * lines in the order of the log. With {@code --score} the scoreboard is printed instead, which
 * compares Foreshock with the rules of other tools. Progress, bad lines, a summary of each run,
 * what judged it and what of it was not understood go to standard error.
 *
 * <p>The exit code is 0 for success and 2 for a wrong command line or bad labels. It is 1 when a
 * file cannot be read to its end, when no line of a file is understood, when all lines are bad, or
 * when no run could be scored.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends recorded telemetry through the same predictors as the monitor and prints their alarms,"
          + " or with --score compares Foreshock with the rules of other tools."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock replay run.lp.gz",
      "  foreshock replay trainer_state.json",
      "  foreshock replay runs/",
      "  foreshock replay --signals loss,grad_norm run.lp.gz",
      "  foreshock replay --rules rules.yaml runs/*.lp.gz",
      "  foreshock replay --score --signal my_metric --above 3 runs/*.lp.gz",
      "  foreshock replay --score --labels labels.json --plot plot.svg runs/*.lp.gz",
      "",
      "Exit code 0: success. 1: a file cannot be read to its end, no line of a file is understood,"
          + " all lines are bad, or no run could be scored. 2: wrong usage or bad labels."
    })
public final class ReplayCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "SOURCE",
      arity = "1..*",
      description =
          "Logs of runs: files, directories, or - for standard input. Every format is read that"
              + " 'attach' reads, also packed by gzip or zstd. A run may span several sources if they"
              + " are given in order.")
  private List<Path> files = List.of();

  @Option(
      names = "--format",
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description =
          "Output format; json writes one alarm in each line, or the scoreboard as one object."
              + " Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  @Option(
      names = "--horizon",
      paramLabel = "STEPS",
      defaultValue = "" + RunWatch.DEFAULT_HORIZON_STEPS,
      description = "How many steps ahead the forecast looks. Default: ${DEFAULT-VALUE}.")
  private int horizonSteps;

  @Option(
      names = "--model",
      paramLabel = "MODEL.csv",
      description =
          "Forecast model to use, a file written by corpus --fit. Default: the built-in model.")
  private @Nullable Path modelFile;

  @Option(
      names = "--signals",
      paramLabel = "NAME,…",
      description =
          "Signals that the predictors receive, such as loss,grad_norm. All other signals and the"
              + " run's configuration are hidden from them. Default: everything recorded.")
  private @Nullable String signals;

  @Mixin private final SourceOptions source = new SourceOptions();

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Name of the run, for a log that does not name it. Default: from the path.")
  private @Nullable String named;

  @Option(
      names = "--rule",
      paramLabel = "ID",
      description =
          "Print when a rule of another tool fires, one of the scoreboard's such as B1, instead of"
              + " the alarms; always as JSON.")
  private @Nullable String rule;

  @Mixin private final RuleOptions own = new RuleOptions();

  @Option(
      names = "--score",
      description =
          "Print the scoreboard, which compares Foreshock with the rules of other tools, instead of"
              + " the alarms.")
  private boolean score;

  @Option(
      names = "--labels",
      paramLabel = "FILE.json",
      description =
          "With --score: file that says what became of each run. Default: each run is labelled from"
              + " its own telemetry, and no run as sudden.")
  private @Nullable Path labels;

  @Option(
      names = "--by",
      paramLabel = "KEY",
      description =
          "With --score: also print Foreshock's score for each value of this key of the labels'"
              + " family, such as optimizer.")
  private @Nullable String by;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "With --score: file to draw recall against false alarms to.")
  private @Nullable Path plot;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls this command
  @Spec
  private CommandSpec spec;

  private final Map<String, ReplayedRun> runs = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    check();
    Forecasting forecasting = new Forecasting(horizonSteps, model(), score ? List.of() : rules());
    Set<Signal> shown = signals == null ? null : shown(signals);
    ReadingOptions reading = source.reading();
    if (rule != null) {
      return fired(rule);
    }
    return score ? score(forecasting, shown, reading) : alarms(forecasting, shown, reading);
  }

  private int alarms(Forecasting forecasting, @Nullable Set<Signal> shown, ReadingOptions reading) {
    PrintWriter out = spec.commandLine().getOut();
    AlarmFormat written = AlarmFormat.of(format);
    String header = written.header();
    if (header != null) {
      out.println(header);
    }
    Playback playback =
        new Playback(err(), reading, (name, point) -> run(name, forecasting, shown).accept(point));
    boolean complete = playback.play(logs());
    out.flush();
    runs.values().forEach(this::summarize);
    err().println(playback.summary(runs.size()));
    err().flush();
    return complete ? 0 : 1;
  }

  /** Prints what came of a run, what judged it, and what of it was not understood. */
  private void summarize(ReplayedRun run) {
    err().println(run.summary());
    RunWatch watch = run.watch();
    Stream.of(watch.judgings().sentences(), watch.understanding().report().sentences())
        .flatMap(List::stream)
        .forEach(sentence -> err().println(watch.run() + ": " + sentence));
  }

  private ReplayedRun run(String name, Forecasting forecasting, @Nullable Set<Signal> shown) {
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

  private int fired(String id) {
    Baseline baseline;
    try {
      baseline = Baselines.named(id);
    } catch (IllegalArgumentException e) {
      throw wrong("--rule = " + e.getMessage());
    }
    PrintWriter out = spec.commandLine().getOut();
    Map<String, RuleReplay> byRun = new LinkedHashMap<>();
    Playback playback =
        new Playback(
            err(),
            source.reading(),
            (name, point) ->
                byRun
                    .computeIfAbsent(name, run -> new RuleReplay(run, baseline, out))
                    .accept(point));
    boolean complete = playback.play(logs());
    byRun.values().forEach(RuleReplay::endStep);
    out.flush();
    err().println(playback.summary(byRun.size()));
    err().flush();
    return complete ? 0 : 1;
  }

  private int score(Forecasting forecasting, @Nullable Set<Signal> shown, ReadingOptions reading)
      throws IOException {
    Map<String, RunLabel> truth = labels == null ? null : truth(labels);
    ScoreReplay replay =
        new ScoreReplay(truth, forecasting, shown, tried(), message -> err().println(message));
    Playback playback = new Playback(err(), reading, replay);
    boolean complete = playback.play(logs());
    err().println(playback.summary(replay.runs()));
    if (labels == null) {
      err()
          .println(
              "no --labels: runs are labelled by hindsight, and sudden runs count as predictable");
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
      // any file is valid Latin-1, so a file that is no model is rejected by its line number
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
    if (score && own.hasFile()) {
      throw wrong(
          "--rules: expected without --score, which tries one rule: --signal NAME --above X");
    }
    if (signals != null && !rules().isEmpty()) {
      throw wrong("--signals: expected without --rules and --signal, which read the whole lines");
    }
  }

  private List<Rule> rules() {
    try {
      return own.all();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private @Nullable Rule tried() {
    return rules().stream().findFirst().orElse(null);
  }

  private List<Log> logs() {
    try {
      return source.logs(named).find(files);
    } catch (IOException e) {
      throw wrong(e.getMessage());
    }
  }

  private Set<Signal> shown(String signals) {
    try {
      return SignalFilter.parse(signals);
    } catch (IllegalArgumentException e) {
      throw wrong("--signals = " + e.getMessage());
    }
  }

  private Map<String, RunLabel> truth(Path labels) throws IOException {
    if (!Files.isReadable(labels) || Files.isDirectory(labels)) {
      throw wrong("--labels = " + labels + ": expected a file that can be read");
    }
    try {
      return Labels.read(labels);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
