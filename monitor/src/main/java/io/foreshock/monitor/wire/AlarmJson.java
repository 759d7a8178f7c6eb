// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Verdict;
import io.foreshock.predictors.telemetry.Sample;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An alarm as the JSON object of the contract, section 4.
 *
 * <p><b>Edges.</b> Every key is always present. A number that is absent or non-finite is {@code
 * null}, because JSON has neither NaN nor infinity. {@code time} is ISO-8601 in UTC.
 */
public final class AlarmJson {
  /** What the kind of a rule's alarm begins with. */
  private static final String RULE = AlarmKind.RULE.wireName() + ".";

  private AlarmJson() {}

  /** The alarm as a JSON object. */
  public static ObjectNode of(Alarm alarm) {
    Verdict verdict = alarm.verdict();
    ObjectNode json = Json.object();
    json.put("run", alarm.run());
    json.put("segment", alarm.segment());
    json.put("step", alarm.step());
    json.put("time", Json.time(alarm.timeNanos()));
    json.put("incident", alarm.incident());
    json.put("state", alarm.state().wireName());
    json.put("severity", verdict.severity().wireName());
    json.put("kind", verdict.kindName());
    Verdict.Where where = verdict.where();
    json.put("signal", where.signal());
    json.put("layer", where.layer());
    json.put("head", where.head() == Sample.NO_HEAD ? null : (Integer) where.head());
    json.put("value", Json.finite(verdict.measured().value()));
    json.put("threshold", Json.finite(verdict.measured().threshold()));
    json.put("eta_steps", Json.finite(verdict.eta().steps()));
    json.put("eta_low", Json.finite(verdict.eta().low()));
    json.put("eta_high", Json.finite(verdict.eta().high()));
    json.put("probability", Json.finite(verdict.probability()));
    json.put("message", verdict.message());
    ObjectNode evidence = json.putObject("evidence");
    verdict.evidence().forEach((name, value) -> evidence(evidence, name, value));
    return json;
  }

  /**
   * Reads the alarm in such an object, for example from a store.
   *
   * @throws IllegalArgumentException when it is no alarm, or of an unknown kind
   */
  public static Alarm read(JsonNode json) {
    RaisedAlarm raised = RaisedAlarm.read(json);
    return new Alarm(
        raised.run(),
        raised.segment(),
        raised.step(),
        raised.timeNanos(),
        raised.incident(),
        Alarm.openedStep(raised.incident(), raised.step()),
        raised.state(),
        verdict(raised));
  }

  /** The alarm as one line of JSON. */
  public static String line(Alarm alarm) {
    return Json.text(of(alarm));
  }

  private static void evidence(ObjectNode json, String name, Object value) {
    if (value instanceof Long || value instanceof Integer) {
      json.put(name, ((Number) value).longValue());
    } else if (value instanceof Number number) {
      json.put(name, Json.finite(number.doubleValue()));
    } else if (value instanceof Boolean flag) {
      json.put(name, flag);
    } else {
      json.put(name, String.valueOf(value));
    }
  }

  private static Verdict verdict(RaisedAlarm raised) {
    ObjectNode json = raised.json();
    int end = raised.kind().startsWith(RULE) ? RULE.length() : raised.kind().length() + 1;
    String kind = raised.kind().substring(0, end - 1);
    String rule = kind.equals(raised.kind()) ? null : raised.kind().substring(end);
    Map<String, Object> evidence = new LinkedHashMap<>();
    json.path("evidence")
        .properties()
        .forEach(
            e -> evidence.put(e.getKey(), Json.MAPPER.convertValue(e.getValue(), Object.class)));
    return new Verdict(
        AlarmKind.valueOf(kind.toUpperCase(Locale.ROOT)),
        raised.severity(),
        new Verdict.Where(
            raised.text("signal"),
            raised.text("layer"),
            json.hasNonNull("head") ? json.path("head").asInt() : Sample.NO_HEAD),
        new Verdict.Measured(raised.number("value"), raised.number("threshold")),
        new Verdict.Eta(
            raised.number("eta_steps"), raised.number("eta_low"), raised.number("eta_high")),
        raised.number("probability"),
        json.path("message").asText(),
        evidence,
        rule);
  }
}
