// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Verdict;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Trends;
import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract's objects: every key is always there, and a non-finite number is null. */
class WireJsonTest {
  private static final List<String> ALARM_KEYS =
      List.of(
          "run",
          "segment",
          "step",
          "time",
          "incident",
          "state",
          "severity",
          "kind",
          "signal",
          "layer",
          "head",
          "value",
          "threshold",
          "eta_steps",
          "eta_low",
          "eta_high",
          "probability",
          "message",
          "evidence");

  @Test
  void anAlarmHasEveryKeyAlsoWithoutSignalLayerHeadOrEta() {
    ObjectNode json = AlarmJson.of(alarm(Verdict.Where.NO_SIGNAL, Double.NaN, Map.of()));
    assertEquals(ALARM_KEYS, keys(json));
    for (String key : List.of("signal", "layer", "head", "eta_steps", "eta_low", "eta_high")) {
      assertTrue(json.get(key).isNull(), key);
    }
    assertEquals(0, json.get("evidence").size());
  }

  @Test
  void nonFiniteNumbersOfAnAlarmAreNull() {
    Map<String, Object> evidence = new LinkedHashMap<>();
    evidence.put("ratio", Double.POSITIVE_INFINITY);
    evidence.put("count", 3);
    evidence.put("rising", true);
    evidence.put("unit", "nats");
    ObjectNode json =
        AlarmJson.of(alarm(Verdict.Where.NO_SIGNAL, Double.NEGATIVE_INFINITY, evidence));
    assertTrue(json.get("value").isNull());
    assertEquals(3.5, json.get("threshold").doubleValue());
    assertEquals(
        "{\"ratio\":null,\"count\":3,\"rising\":true,\"unit\":\"nats\"}",
        Json.text(json.get("evidence")));
  }

  @Test
  void anAlarmOfAHeadOfALayerIsReadAsItWasWritten() {
    Verdict.Where where = new Verdict.Where("attention_logit_max", "3", 2);
    Alarm alarm = alarm(where, 812, Map.of("growth", 1.06));
    ObjectNode json = AlarmJson.of(alarm);
    assertEquals("attention_logit_max", json.get("signal").asText());
    assertEquals("3", json.get("layer").asText());
    assertEquals(2, json.get("head").asInt());
    assertEquals("2025-10-09T08:53:20.000000001Z", json.get("time").asText());
    assertEquals(alarm, AlarmJson.read(Json.tree(AlarmJson.line(alarm))));
  }

  @Test
  void aStepHasItsNumbersAndNullsForWhatIsAbsentOrNotFinite() throws Exception {
    ObjectNode json =
        StepJson.of(point("train_step,run=r step=7i,loss=2.5,grad_norm=NaN 5"), "r", 1);
    assertEquals(
        List.of("run", "measurement", "segment", "layer", "head", "time", "step", "fields"),
        keys(json));
    assertTrue(json.get("layer").isNull());
    assertTrue(json.get("head").isNull());
    assertEquals(7, json.get("step").longValue());
    assertEquals("{\"loss\":2.5,\"grad_norm\":null}", Json.text(json.get("fields")));
  }

  @Test
  void textsOfALineAreNotPartOfAStep() throws Exception {
    ObjectNode json = StepJson.of(point("m,run=r,layer=4,head=1 note=\"x\",v=1 5"), "r", 0);
    assertEquals("4", json.get("layer").asText());
    assertEquals("1", json.get("head").asText());
    assertEquals("{\"v\":1.0}", Json.text(json.get("fields")));
  }

  @Test
  void theFirstSegmentHasNoParent() {
    ObjectNode first = SegmentJson.of(new Segment(0, -1, 0, 90, 5, false));
    assertEquals(
        "{\"segment\":0,\"parent\":null,\"from_step\":0,\"last_step\":90,"
            + "\"started\":\"1970-01-01T00:00:00.000000005Z\",\"live\":false}",
        Json.text(first));
    assertEquals(0, SegmentJson.of(new Segment(1, 0, 50, 60, 9, true)).get("parent").asInt());
  }

  @Test
  void aPreflightWithoutBasisHasEveryKeyAndNullsForItsNumbers() {
    RunConfig config = PreflightJson.config(config("1000000", "0.001"));
    Preflight preflight = Trends.preflight(config, List.of());
    ObjectNode json = PreflightJson.of(preflight);
    assertEquals(
        List.of(
            "verdict",
            "probability",
            "safe_learning_rate",
            "safe_up_to_the_highest",
            "crossings",
            "basis",
            "bands",
            "caveats"),
        keys(json));
    assertEquals("no_basis", json.get("verdict").asText());
    assertTrue(json.get("safe_learning_rate").isNull());
    assertTrue(json.at("/basis/smallest_parameters").isNull());
    assertEquals(0, json.at("/basis/runs").asInt(-1));
  }

  @Test
  void aConfigurationOfWrongTypesIsRefusedWithEveryField() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> PreflightJson.config(config("\"many\"", "\"fast\"")));
    assertTrue(
        refusal.getMessage().contains("parameters = \"many\": expected a"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("learning_rate = \"fast\""), refusal.getMessage());
  }

  private static JsonNode config(String parameters, String learningRate) {
    return Json.tree(
        "{\"parameters\":%s,\"learning_rate\":%s,\"own\":\"kept\"}"
            .formatted(parameters, learningRate));
  }

  private static Alarm alarm(Verdict.Where where, double value, Map<String, Object> evidence) {
    Verdict verdict =
        new Verdict(
            AlarmKind.ATTENTION_LOGIT_GROWTH,
            Severity.CRITICAL,
            where,
            new Verdict.Measured(value, 3.5),
            Verdict.Eta.UNKNOWN,
            0.25,
            "It grows.",
            evidence);
    long time = 1_760_000_000_000_000_001L;
    return new Alarm("r", 0, 9, time, "r/0/x/9", 9, Alarm.State.OPEN, verdict);
  }

  private static List<String> keys(ObjectNode json) {
    List<String> keys = new ArrayList<>();
    json.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static Point point(String line) {
    Point[] read = new Point[1];
    new LineReader()
        .read(
            line.getBytes(StandardCharsets.UTF_8),
            new LineReader.Lines() {
              @Override
              public void line(Point point) throws MalformedLineException {
                read[0] = point;
              }

              @Override
              public void bad(long number, String reason) {
                throw new AssertionError(reason);
              }
            });
    return read[0];
  }
}
