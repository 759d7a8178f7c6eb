// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.SegmentJson;
import io.foreshock.predictors.postmortem.Cause;
import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import java.util.List;
import java.util.OptionalLong;

/**
 * A report as one JSON object for scripts, with the facts and without plots.
 *
 * <p><b>Edges.</b> Every key is always present; a number that is absent or non-finite is {@code
 * null}.
 */
final class ReportJson {
  private ReportJson() {}

  static String write(RunReport report) {
    ObjectNode json = Json.object().put("run", report.run());
    json.put("last_step", report.lastStep());
    json.put("samples", report.samples());
    json.put("blips", report.blips());
    json.put("summary", Prose.summary(report));
    json.set("configuration", Json.MAPPER.valueToTree(report.configuration().fields()));
    json.set("segments", Json.array(report.segments(), SegmentJson::of));
    json.set("episodes", Json.array(report.findings(), ReportJson::finding));
    json.set("unfulfilled_warnings", Json.array(report.unfulfilled(), ReportJson::warning));
    actions(json, report.actions());
    json.set("events", Json.MAPPER.createArrayNode().addAll(report.events()));
    try {
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the report of " + report.run() + " has no JSON form", e);
    }
  }

  private static ObjectNode finding(Finding finding) {
    Episode e = finding.episode();
    ObjectNode json = Json.object().put("number", finding.number());
    json.put("class", e.kind().wireName());
    json.put("segment", e.segment());
    json.put("start", e.start());
    json.put("peak", e.extent().peak());
    optional(json, "end", e.extent().end());
    json.put("last", e.extent().last());
    json.put("cost_steps", e.extent().costSteps());
    json.put("loss_before", Json.finite(e.loss().before()));
    json.put("loss_peak", Json.finite(e.loss().extreme()));
    json.put("loss_after", Json.finite(e.loss().after()));
    json.put("nonfinite", e.loss().nonfinite());
    json.put("logged_every", e.extent().spacing());
    json.put("rolled_back", e.rolledBack());
    optional(json, "rolled_back_to", e.rolledBackTo());
    optional(json, "first_batch", e.origin().firstBatch());
    optional(json, "last_batch", e.origin().lastBatch());
    json.put("loss_alone", e.origin().lossAlone());
    json.set("causes", Json.array(e.origin().causes(), ReportJson::cause));
    json.set("first_moves", Json.array(e.origin().movers(), ReportJson::move));
    json.set(
        "known",
        Json.array(finding.known(), w -> warning(w).put("lead_steps", Prose.lead(finding, w))));
    actions(json, finding.actions());
    json.put("story", String.join(" ", Prose.story(finding)));
    return json;
  }

  private static ObjectNode cause(Cause cause) {
    ObjectNode json = Json.object().put("kind", cause.kind().wireName());
    json.put("step", cause.step());
    json.put("name", cause.name());
    json.set("before", Json.MAPPER.valueToTree(cause.before()));
    json.set("after", Json.MAPPER.valueToTree(cause.after()));
    return json;
  }

  private static ObjectNode move(FirstMove move) {
    return Json.object()
        .put("signal", move.signal().wireName())
        .put("layer", move.layer())
        .put("step", move.step())
        .put("lead_steps", move.leadSteps())
        .put("rising", move.rising())
        .put("usual", Json.finite(move.usual()))
        .put("score", Json.finite(move.score()));
  }

  private static ObjectNode warning(Warning warning) {
    ObjectNode json = Json.object().put("incident", warning.incident());
    json.put("kind", warning.kind());
    json.put("severity", warning.severity().wireName());
    json.put("segment", warning.segment());
    json.put("opened", warning.steps().opened());
    optional(json, "critical", warning.steps().critical());
    optional(json, "closed", warning.steps().closed());
    json.put("signal", warning.where().signal());
    json.put("layer", warning.where().layer());
    json.put("eta_steps", Json.finite(warning.expected().etaSteps()));
    json.put("probability", Json.finite(warning.expected().probability()));
    json.put("message", warning.message());
    return json;
  }

  private static void actions(ObjectNode json, List<Action> actions) {
    ArrayNode list = json.putArray("actions");
    for (Action action : actions) {
      ObjectNode one = list.addObject().put("id", action.id()).put("command", action.command());
      one.set("arguments", action.arguments());
      one.put("status", action.status());
      one.put("step", action.step());
      optional(one, "done_step", action.done());
      one.put("reason", action.reason());
      one.put("incident", action.incident());
      one.put("effect", action.effect());
    }
  }

  private static void optional(ObjectNode json, String name, OptionalLong value) {
    json.put(name, value.isPresent() ? (Long) value.getAsLong() : null);
  }
}
