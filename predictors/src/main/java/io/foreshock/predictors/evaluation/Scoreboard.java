// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.evaluation;

import io.foreshock.predictors.evaluation.baseline.Baseline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scores of Foreshock and of every baseline, on the same labelled runs.
 *
 * <p><b>Threads.</b> Immutable. <b>Cost.</b> O(rules · thresholds · steps): seconds for a few
 * hundred runs.
 *
 * @param runs number of runs of each class
 * @param horizonSteps horizon of the forecast
 * @param foreshock Foreshock's critical alarms
 * @param warnings Foreshock's alarms of at least warning, which only suggest a checkpoint
 * @param baselines the baselines, in the order given
 * @param families scores of Foreshock's critical alarms, by name of a property and its value
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
   * Scores of one rule.
   *
   * @param id short name
   * @param name its author and its rule
   * @param threshold threshold at which it is scored; +∞ when it is off; NaN for Foreshock
   * @param score its score at that threshold
   * @param sweep its scores at other thresholds; null for Foreshock's warnings
   * @param atForeshocksRate recall at Foreshock's rate of false alarms; null for Foreshock's
   *     warnings
   * @param foreshockAtItsRate Foreshock's recall at this rule's rate of false alarms; null for
   *     Foreshock and for a rule that is off
   */
  public record Row(
      String id,
      String name,
      double threshold,
      Score score,
      @Nullable Sweep sweep,
      Sweep.@Nullable AtRate atForeshocksRate,
      Sweep.@Nullable AtRate foreshockAtItsRate) {}

  /**
   * Scores recorded runs.
   *
   * @param baselines the baselines with which the runs were recorded, in the same order
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
