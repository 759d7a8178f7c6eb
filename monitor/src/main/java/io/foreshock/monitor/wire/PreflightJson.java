// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link Preflight} as JSON, and the configuration that it judges. */
public final class PreflightJson {
  private PreflightJson() {}

  /** The whole preflight; an absent number is null. */
  public static ObjectNode of(Preflight preflight) {
    ObjectNode json = Json.object();
    json.put("verdict", preflight.verdict().name().toLowerCase(Locale.ROOT));
    json.put("probability", Json.finite(preflight.probability()));
    json.put("safe_learning_rate", Json.finite(preflight.safeLearningRate()));
    json.put("safe_up_to_the_highest", preflight.safeUpToTheHighest());
    ArrayNode crossings = json.putArray("crossings");
    for (ExpectedCrossing crossing : preflight.crossings()) {
      crossings
          .addObject()
          .put("signal", crossing.signal().wireName())
          .put("limit", crossing.limit())
          .put("step", crossing.step());
    }
    Basis basis = preflight.basis();
    json.putObject("basis")
        .put("runs", basis.runs())
        .put("settled", basis.settled())
        .put("lost", basis.lost())
        .put("smallest_parameters", Json.finite(basis.smallest()))
        .put("largest_parameters", Json.finite(basis.largest()))
        .put("lowest_learning_rate", Json.finite(basis.lowestRate()))
        .put("highest_learning_rate", Json.finite(basis.highestRate()))
        .put("decades_outside_size", Json.finite(basis.decadesOutsideSize()))
        .put("decades_outside_rate", Json.finite(basis.decadesOutsideRate()));
    json.set("bands", Json.array(preflight.bands(), PreflightJson::band));
    return json.set("caveats", Json.MAPPER.valueToTree(preflight.caveats()));
  }

  private static ObjectNode band(Band band) {
    ObjectNode json = Json.object().put("signal", band.signal().wireName());
    ArrayNode steps = json.putArray("step");
    ArrayNode expected = json.putArray("expected");
    ArrayNode low = json.putArray("low");
    ArrayNode high = json.putArray("high");
    for (int i = 0; i < band.steps().length; i++) {
      steps.add(band.steps()[i]);
      expected.add(band.expected()[i]);
      low.add(Json.finite(band.expected()[i] / band.factor()[i]));
      high.add(Json.finite(band.expected()[i] * band.factor()[i]));
    }
    return json;
  }

  /** The judgements of larger runs from smaller ones, and their score. */
  public static ObjectNode of(PreflightScore score) {
    ObjectNode json = Json.object();
    ArrayNode judgements = json.putArray("judgements");
    for (PreflightScore.Judgement judgement : score.judgements()) {
      judgements
          .addObject()
          .put("run", judgement.run())
          .put("parameters", judgement.parameters())
          .put("learning_rate", judgement.learningRate())
          .put("verdict", judgement.preflight().verdict().name().toLowerCase(Locale.ROOT))
          .put("probability", Json.finite(judgement.preflight().probability()))
          .put("safe_learning_rate", Json.finite(judgement.preflight().safeLearningRate()))
          .put("lost", judgement.lost())
          .put("values_in_bands", judgement.inside())
          .put("values", judgement.looks())
          .put("off_trend", judgement.off());
    }
    json.put("brier", Json.finite(score.brier()));
    json.put("without_basis", score.withoutBasis());
    return json;
  }

  /**
   * Reads the configuration from a JSON object of {@code run_config} fields; unknown fields are
   * kept.
   *
   * @throws IllegalArgumentException naming every field of the contract that has a wrong type
   */
  public static RunConfig config(JsonNode body) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (var field : body.properties()) {
      ConfigField known = ConfigField.of(field.getKey());
      Object value = value(field.getValue());
      if (known != null && !fits(known, value)) {
        problems.add(
            field.getKey() + " = " + field.getValue() + ": expected " + expectation(known));
      }
      fields.put(field.getKey(), value);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new RunConfig(fields);
  }

  /** The type of a field, for a message. */
  public static String expectation(ConfigField field) {
    return switch (field.type()) {
      case INTEGER -> "a whole number";
      case FLOAT -> "a number";
      case TEXT -> "a text";
      case BOOLEAN -> "true or false";
    };
  }

  private static Object value(JsonNode json) {
    if (json.isIntegralNumber()) {
      return json.longValue();
    }
    if (json.isNumber()) {
      return json.doubleValue();
    }
    return json.isBoolean() ? (Object) json.booleanValue() : json.asText();
  }

  private static boolean fits(ConfigField field, Object value) {
    return switch (field.type()) {
      case INTEGER ->
          value instanceof Long || value instanceof Double real && real == Math.rint(real);
      case FLOAT -> value instanceof Number;
      case TEXT -> value instanceof String;
      case BOOLEAN -> value instanceof Boolean;
    };
  }
}
