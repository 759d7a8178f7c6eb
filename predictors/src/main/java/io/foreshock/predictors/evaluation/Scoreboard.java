// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.evaluation.baseline.Baseline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Foreshock beside every baseline, on the same labelled runs.
 *
 * <p><b>Threads.</b> Immutable. <b>Cost.</b> O(rules · thresholds · steps): seconds for a few
 * hundred runs.
 *
 * @param runs how many runs of each class
 * @param horizonSteps horizon of the forecast
 * @param foreshock its critical alarms
 * @param warnings its alarms of at least warning: each asks for a checkpoint, no more
 * @param baselines the others, in the order given
 * @param families Foreshock's critical alarms by family: by name of the property, then its value
 * @param reliability of the forecast's probability
 */
public record Scoreboard(
    Map<RunClass, Integer> runs,
    int horizonSteps,
    Row foreshock,
    Row warnings,
    List<Row> baselines,
    Map<String, Map<String, Score>> families,
    Reliability reliability) {

  /**
   * One rule.
   *
   * @param id short name
   * @param name whose it is and what it says
   * @param threshold the one it is scored at; +∞ when it is off; NaN for Foreshock
   * @param score at that threshold
   * @param sweep at others; null when it has no score
   * @param atForeshocksRate swept to Foreshock's rate of false alarms; null likewise
   * @param foreshockAtItsRate Foreshock swept to this rule's; null when the rule is off
   */
  public record Row(
      String id,
      String name,
      double threshold,
      Score score,
      Sweep sweep,
      Sweep.AtRate atForeshocksRate,
      Sweep.AtRate foreshockAtItsRate) {}

  /**
   * Scores recorded runs.
   *
   * @param baselines the ones that the runs were recorded with, in the same order
   */
  public static Scoreboard of(List<JudgedRun> runs, List<Baseline> baselines, int horizonSteps) {
    Score critical = Score.of(runs, trace -> trace.critical().alarms());
    Score warning = Score.of(runs, trace -> trace.warning().alarms());
    Sweep sweep = Sweep.ofAlarmsAndScores(runs, RunTrace::critical);
    double rate = critical.falsePer10k();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < baselines.size(); i++) {
      rows.add(row(baselines.get(i), i, runs, rate, sweep));
    }
    return new Scoreboard(
        count(runs),
        horizonSteps,
        new Row("F", "Foreshock: critical", Double.NaN, critical, sweep, sweep.atRate(rate), null),
        new Row("Fw", "Foreshock: warning or critical", Double.NaN, warning, null, null, null),
        List.copyOf(rows),
        families(runs),
        Reliability.of(runs, horizonSteps));
  }

  private static Row row(
      Baseline baseline, int index, List<JudgedRun> runs, double rate, Sweep foreshock) {
    Function<RunTrace, StepScores> tracks = trace -> trace.baselines().get(index);
    Score score = Score.of(runs, trace -> tracks.apply(trace).alarms());
    Sweep sweep = Sweep.ofScores(runs, tracks);
    boolean off = Double.isInfinite(baseline.threshold());
    return new Row(
        baseline.id(),
        baseline.name(),
        baseline.threshold(),
        score,
        sweep,
        sweep.atRate(rate),
        off ? null : foreshock.atRate(score.falsePer10k()));
  }

  private static Map<RunClass, Integer> count(List<JudgedRun> runs) {
    Map<RunClass, Integer> counts = new LinkedHashMap<>();
    for (RunClass runClass : RunClass.values()) {
      counts.put(runClass, (int) runs.stream().filter(run -> run.is(runClass)).count());
    }
    return counts;
  }

  private static Map<String, Map<String, Score>> families(List<JudgedRun> runs) {
    Map<String, Map<String, List<JudgedRun>>> members = new TreeMap<>();
    for (JudgedRun run : runs) {
      run.label()
          .family()
          .forEach(
              (key, value) ->
                  members
                      .computeIfAbsent(key, k -> new TreeMap<>())
                      .computeIfAbsent(value, v -> new ArrayList<>())
                      .add(run));
    }
    Map<String, Map<String, Score>> scores = new LinkedHashMap<>();
    members.forEach(
        (key, values) -> {
          Map<String, Score> byValue = new LinkedHashMap<>();
          values.forEach(
              (value, of) -> byValue.put(value, Score.of(of, trace -> trace.critical().alarms())));
          scores.put(key, byValue);
        });
    return scores;
  }
}
