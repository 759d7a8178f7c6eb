// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningTest {
  @Test
  void anAlarmAboutACommandForetellsNothingOfTheTraining() {
    List<JsonNode> alarms = List.of(alarm("loss_spike"), alarm("command_unanswered"));
    assertEquals(
        List.of(true, false), Warning.of(alarms).stream().map(Warning::foretells).toList());
  }

  private static JsonNode alarm(String kind) {
    return Json.object()
        .put("incident", "run/0/" + kind + "/5")
        .put("kind", kind)
        .put("state", "open")
        .put("severity", "critical")
        .put("step", 5);
  }
}
