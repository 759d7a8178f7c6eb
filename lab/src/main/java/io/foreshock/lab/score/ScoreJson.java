// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.evaluation.Quantiles;
import io.foreshock.predictors.evaluation.Reliability;
import io.foreshock.predictors.evaluation.Score;
import io.foreshock.predictors.evaluation.Scoreboard;
import io.foreshock.predictors.evaluation.Sweep;
import io.foreshock.predictors.stats.Share;
import org.jspecify.annotations.Nullable;

/** Writes the whole scoreboard as JSON. A value that does not exist is null. */
public final class ScoreJson {
  private ScoreJson() {}

  public static ObjectNode of(Scoreboard board) {
    ObjectNode json = Json.object();
    ObjectNode runs = json.putObject("runs");
    board.runs().forEach((runClass, count) -> runs.put(runClass.wireName(), count));
    json.put("horizon_steps", board.horizonSteps());
    ArrayNode rows = json.putArray("rows");
    rows.add(row(board.foreshock()));
    rows.add(row(board.warnings()));
    board.baselines().forEach(row -> rows.add(row(row)));
    ObjectNode families = json.putObject("families");
    board
        .families()
        .forEach(
            (key, values) -> {
              ObjectNode of = families.putObject(key);
              values.forEach((value, score) -> of.set(value, score(score)));
            });
    json.set("reliability", reliability(board.reliability()));
    return json;
  }

  private static ObjectNode row(Scoreboard.Row row) {
    ObjectNode json = Json.object();
    json.put("id", row.id());
    json.put("name", row.name());
    json.put("threshold", Json.finite(row.threshold()));
    json.put("off", Double.isInfinite(row.threshold()));
    json.setAll(score(row.score()));
    json.set("at_foreshocks_rate", atRate(row.atForeshocksRate()));
    json.set("foreshock_at_its_rate", atRate(row.foreshockAtItsRate()));
    if (row.sweep() != null) {
      ArrayNode points = json.putArray("sweep");
      for (Sweep.Point point : row.sweep().points()) {
        ObjectNode node = points.addObject();
        node.put("threshold", Json.finite(point.threshold()));
        node.put("false_per_10k", Json.finite(point.falsePer10k()));
        node.put("predictable", point.predictable().hits());
        node.put("sudden", point.sudden().hits());
      }
    }
    return json;
  }

  private static ObjectNode score(Score score) {
    ObjectNode json = Json.object();
    json.set("predictable", share(score.predictable().foreseen()));
    json.set("sudden", share(score.sudden().inTime()));
    json.set("precision", share(score.precision()));
    json.put("false_alarms", score.healthy().falseAlarms());
    json.put("healthy_steps", score.healthy().steps());
    json.put("false_per_10k", Json.finite(score.falsePer10k()));
    json.set("lead_steps", quantiles(score.predictable().lead()));
    json.set("lead_share", quantiles(score.predictable().leadShare()));
    json.set("delay_steps", quantiles(score.sudden().delay()));
    json.set("delay_after_strike_steps", quantiles(score.sudden().delayAfterStrike()));
    json.put("chance_predictable", Json.finite(score.predictable().chance()));
    json.put("chance_sudden", Json.finite(score.sudden().chance()));
    json.put("early_alarms", score.early());
    ObjectNode longest = json.putObject("longest_healthy_run");
    Score.Longest run = score.healthy().longest();
    longest.put("run", run == null ? null : run.run());
    longest.put("steps", run == null ? 0 : run.steps());
    longest.put("alarms", run == null ? 0 : run.alarms());
    return json;
  }

  private static @Nullable ObjectNode atRate(Sweep.@Nullable AtRate at) {
    if (at == null) {
      return null;
    }
    ObjectNode json = Json.object();
    json.put("false_per_10k", Json.finite(at.falsePer10k()));
    json.put("threshold", Json.finite(at.threshold()));
    json.set("predictable", share(at.predictable()));
    json.set("sudden", share(at.sudden()));
    return json;
  }

  private static ObjectNode share(Share share) {
    ObjectNode json = Json.object();
    json.put("hits", share.hits());
    json.put("total", share.total());
    json.put("value", Json.finite(share.value()));
    json.put("low", share.low());
    json.put("high", share.high());
    return json;
  }

  private static ObjectNode quantiles(Quantiles quantiles) {
    ObjectNode json = Json.object();
    json.put("count", quantiles.count());
    json.put("quarter", Json.finite(quantiles.quarter()));
    json.put("median", Json.finite(quantiles.median()));
    json.put("three_quarters", Json.finite(quantiles.threeQuarters()));
    json.put("p95", Json.finite(quantiles.p95()));
    return json;
  }

  private static ObjectNode reliability(Reliability reliability) {
    ObjectNode json = Json.object();
    json.put("steps", reliability.steps());
    json.put("base_rate", Json.finite(reliability.baseRate()));
    json.put("brier", Json.finite(reliability.brier()));
    ObjectNode eta = json.putObject("eta_interval");
    eta.put("sooner", reliability.eta().sooner());
    eta.put("inside", reliability.eta().inside());
    eta.put("later", reliability.eta().later());
    ArrayNode bins = json.putArray("bins");
    for (Reliability.Bin bin : reliability.bins()) {
      ObjectNode node = bins.addObject();
      node.put("low", bin.low());
      node.put("high", bin.high());
      node.put("steps", bin.steps());
      node.put("predicted", Json.finite(bin.predicted()));
      node.put("observed", Json.finite(bin.observed()));
    }
    return json;
  }
}
