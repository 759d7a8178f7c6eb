// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.evaluation.baseline.Baseline;
import io.foreshock.predictors.evaluation.baseline.BaselineRule;
import io.foreshock.predictors.evaluation.baseline.StepCollector;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run under a rule of another tool ({@link Baseline}): prints each step at which the rule fires
 * as a line of JSON with {@code run}, {@code step}, {@code severity}, {@code kind} (the rule),
 * {@code value} (its score) and {@code threshold}.
 */
final class RuleReplay {
  private final String run;
  private final Baseline baseline;
  private final BaselineRule rule;
  private final PrintWriter out;
  private final StepCollector collector = new StepCollector();
  private final Sample sample = Sample.ofStep(0, 0);
  private boolean open;

  RuleReplay(String run, Baseline baseline, PrintWriter out) {
    this.run = run;
    this.baseline = baseline;
    this.rule = baseline.rule().get();
    this.out = out;
  }

  /** Reads the run's next line. */
  void accept(Point point) throws MalformedLineException {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == Measurement.RUN_CONFIG) {
      rule.configure(Telemetry.config(point));
    } else if (measurement != null) {
      Telemetry.fill(sample, measurement, point);
      if (open && collector.begins(sample)) {
        endStep();
      }
      collector.accept(sample);
      open = true;
    }
  }

  /** Scores the step that the newest lines belong to. */
  void endStep() {
    double score = rule.score(collector.reading());
    if (score >= baseline.threshold()) {
      Map<String, Object> fired = new LinkedHashMap<>();
      fired.put("run", run);
      fired.put("step", collector.reading().step());
      fired.put("severity", "critical");
      fired.put("kind", baseline.id());
      fired.put("value", score);
      fired.put("threshold", baseline.threshold());
      out.println(Json.MAPPER.valueToTree(fired));
    }
  }
}
