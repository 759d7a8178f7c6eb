// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import org.junit.jupiter.api.Test;

class SlackNotifierTest extends NotifierContract {
  @Override
  NotifierSettings.Type type() {
    return NotifierSettings.Type.SLACK;
  }

  @Override
  SlackNotifier notifier(NotifierSettings settings) {
    return new SlackNotifier(
        settings, new RunLink(ConfigFile.parse("test", "public_url: https://f.example/")));
  }

  @Test
  void showsKindRunAndNumbers() {
    JsonNode message = notifier(settings("http://x", "")).message(notice());
    assertEquals(
        ":rotating_light: *CRITICAL: loss spike* in"
            + " <https://f.example/#/runs/a%20%3Crun%3E%20%26%20more|a &lt;run&gt; &amp; more>"
            + " at step 120",
        message.path("text").asText());
    String facts = message.at("/blocks/2/fields").toString();
    assertTrue(facts.contains("*Threshold*\\n3.5"), facts);
    assertFalse(facts.contains("Steps until"), facts);
  }

  @Test
  void showsThatItIsOver() {
    Notice notice = notice("test|incident|closed", Alarm.State.CLOSED);
    String text = notifier(settings("http://x", "")).message(notice).path("text").asText();
    assertTrue(text.startsWith(":white_check_mark: *Over: loss spike*"), text);
  }

  @Test
  void asksForApproval() {
    ObjectNode command =
        Json.object()
            .put("command", "rollback")
            .put("status", "pending_approval")
            .put("reason", "Critical: it is so. So: roll back to step 20.");
    command.putObject("arguments").put("to_step", 20);
    Notice notice = Notice.ofCommand("k", "test", "r", command);
    JsonNode message = notifier(settings("http://x", "")).message(notice);
    assertTrue(
        message.path("text").asText().contains("*Approval needed: rollback* for"),
        message.toString());
    assertTrue(message.toString().contains("to_step"), message.toString());
  }
}
