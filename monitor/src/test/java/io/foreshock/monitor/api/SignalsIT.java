// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.predictors.online.AlarmKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run sends, which detectors judge it, and what the others lack. */
class SignalsIT {
  @TempDir static Path data;
  @AutoClose private static TestMonitor monitor;

  @BeforeAll
  static void start() throws Exception {
    monitor = TestMonitor.start(data, "");
    monitor.write("run_config,run=r total_steps=1000i 1\n" + Telemetry.steps("r", 1, 100));
    monitor.write(
        """
        train_layer,run=r,layer=1 step=100i,attention_logit_max=3
        train_layer,run=r,layer=0 step=100i,attention_logit_max=5
        evaluation,run=r step=100i,accuracy=0.5
        """);
    monitor.write("gpu,run=only temperature=70");
    monitor.settle();
  }

  @Test
  void listsWhatTheRunSendsAndWhatReadsIt() throws Exception {
    JsonNode signals = monitor.json("/api/v1/runs/r/signals").path("signals");
    assertEquals(
        List.of("loss", "batch", "grad_norm", "attention_logit_max", "accuracy"),
        signals.findValuesAsText("name"));
    JsonNode logits = signals.get(3);
    assertEquals("train_layer", logits.path("measurement").asText());
    assertEquals("[\"0\",\"1\"]", logits.path("layers").toString());
    assertEquals("nats", logits.path("unit").asText());
    assertTrue(logits.path("definition").asText().startsWith("max over batch"));
    assertEquals(100, logits.path("first_step").asLong());
    assertEquals(100, logits.path("last_step").asLong());
    assertEquals(5, logits.path("last_value").asDouble());
    assertEquals(
        "[\"attention_logit_growth\",\"nonfinite\",\"forecast_divergence\"]",
        logits.path("judged_by").toString());
    JsonNode accuracy = signals.get(4);
    assertEquals("evaluation", accuracy.path("measurement").asText());
    assertTrue(accuracy.path("unit").isNull() && accuracy.path("definition").isNull());
    assertEquals("[]", accuracy.path("judged_by").toString());
  }

  @Test
  void saysOfEachDetectorWhetherItCanJudgeInTheOrderOfTheKinds() throws Exception {
    JsonNode detectors = monitor.json("/api/v1/runs/r/signals").path("detectors");
    List<String> kinds = detectors.findValuesAsText("kind");
    assertEquals(
        Arrays.stream(AlarmKind.values()).map(AlarmKind::wireName).filter(kinds::contains).toList(),
        kinds);
    assertEquals(
        "{\"kind\":\"loss_spike\",\"state\":\"judging\",\"have\":null,\"need\":null,\"needs\":null}",
        detector(detectors, "loss_spike").toString());
    JsonNode plateau = detector(detectors, "loss_plateau");
    assertEquals("warming_up", plateau.path("state").asText());
    assertEquals(100, plateau.path("have").asInt());
    assertEquals(128, plateau.path("need").asInt());
    JsonNode entropy = detector(detectors, "attention_entropy_collapse");
    assertEquals("nothing_to_judge_by", entropy.path("state").asText());
    assertEquals("attention_entropy of layers", entropy.path("needs").asText());
    JsonNode judged = monitor.json("/api/v1/runs/r").path("judged");
    for (String state : List.of("judging", "warming_up", "nothing_to_judge_by")) {
      long count = detectors.findValuesAsText("state").stream().filter(state::equals).count();
      assertEquals(count, judged.path(state).asLong(), state);
    }
  }

  @Test
  void aRunThatNoDetectorUnderstandsIsJudgedForNonFiniteValuesOnly() throws Exception {
    JsonNode answer = monitor.json("/api/v1/runs/only/signals");
    assertEquals("temperature", answer.at("/signals/0/name").asText());
    assertEquals(1, monitor.json("/api/v1/runs/only").at("/judged/judging").asInt());
    assertEquals("judging", detector(answer.path("detectors"), "nonfinite").path("state").asText());
  }

  @Test
  void anUnknownRunIsNotFound() throws Exception {
    assertEquals(404, monitor.get("/api/v1/runs/nobody/signals").statusCode());
  }

  private static JsonNode detector(JsonNode detectors, String kind) {
    for (JsonNode detector : detectors) {
      if (detector.path("kind").asText().equals(kind)) {
        return detector;
      }
    }
    throw new AssertionError(kind + " in " + detectors);
  }
}
