// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.RuleBook;
import io.foreshock.monitor.pipeline.RunView;
import io.foreshock.monitor.store.StoredSignal;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.JudgingJson;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.JudgedBy;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.telemetry.EvaluationLosses;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Signal;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/runs/{run}/signals}: what a run sends, and which detectors judge it. */
final class SignalsApi {
  private static final Comparator<StoredSignal> KNOWN_FIRST =
      Comparator.comparingInt(SignalsApi::rank)
          .thenComparing(StoredSignal::measurement)
          .thenComparing(StoredSignal::field);

  private final RunsApi runs;
  private final Stores stores;
  private final RuleBook rules;

  SignalsApi(RunsApi runs, Stores stores, RuleBook rules) {
    this.runs = runs;
    this.stores = stores;
    this.rules = rules;
  }

  void read(RoutingContext ctx) {
    RunView view = runs.view(ctx);
    Answers.blocking(ctx, () -> json(view));
  }

  /** The signals of a run; reads the store. */
  String json(RunView view) {
    ObjectNode json = Json.object().put("run", view.run());
    ArrayNode signals = json.putArray("signals");
    stores.signals(view.run()).stream()
        .sorted(KNOWN_FIRST)
        .forEach(signal -> signals.add(json(signal, view)));
    json.set("detectors", JudgingJson.of(view.reading().judgings()));
    return Json.text(json);
  }

  private ObjectNode json(StoredSignal stored, RunView view) {
    Signal known = known(stored);
    ObjectNode json =
        Json.object().put("name", stored.field()).put("measurement", stored.measurement());
    ArrayNode layers = json.putArray("layers");
    stored.layers().forEach(layers::add);
    json.put("unit", known == null ? null : known.unit());
    json.put("definition", known == null ? null : known.meaning());
    json.put("first_step", stored.firstStep()).put("last_step", stored.lastStep());
    json.put("last_value", Json.finite(stored.lastValue()));
    ArrayNode judgedBy = json.putArray("judged_by");
    if (known != null) {
      JudgedBy.kinds(known).forEach(kind -> judgedBy.add(kind.wireName()));
    }
    Set<String> ofRun = view.reading().judgings().byRule().keySet();
    for (Rule rule : rules.all()) {
      if (ofRun.contains(rule.name())
          && rule.signal().equals(stored.field())
          && rule.reads(stored.measurement())) {
        judgedBy.add(AlarmKind.RULE.wireName() + "." + rule.name());
      }
    }
    return json;
  }

  /** The signals of the contract in its order, then the other fields. */
  private static int rank(StoredSignal stored) {
    Signal known = known(stored);
    return known == null ? Signal.COUNT : known.ordinal();
  }

  private static @Nullable Signal known(StoredSignal stored) {
    Measurement measurement = Measurement.of(stored.measurement());
    Signal ofTraining = measurement == null ? null : Signal.of(measurement, stored.field());
    return ofTraining == null && EvaluationLosses.isLoss(stored.measurement(), stored.field())
        ? Signal.EVALUATION_LOSS
        : ofTraining;
  }
}
