// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import java.util.Locale;
import java.util.Map;

/** Posts a message to a Slack incoming webhook: the trouble, the run, the numbers and a link. */
public final class SlackNotifier implements Notifier {
  private static final int MAX_TEXT = 2800; // Slack accepts 3000 in a block

  private final RunLink link;
  private final Post post;

  /** Creates a notifier whose messages link to the dashboard. */
  public SlackNotifier(NotifierSettings settings, RunLink link) {
    this.link = link;
    this.post = new Post(settings.url(), settings.timeoutSeconds());
  }

  @Override
  public Delivery deliver(Notice notice) throws InterruptedException {
    return post.send(Json.bytes(message(notice)), Map.of());
  }

  ObjectNode message(Notice notice) {
    return notice.alarm() == null ? command(notice) : alarm(notice.alarm());
  }

  private ObjectNode alarm(RaisedAlarm alarm) {
    boolean closed = alarm.state() == Alarm.State.CLOSED;
    String icon =
        closed
            ? ":white_check_mark:"
            : switch (alarm.severity()) {
              case CRITICAL -> ":rotating_light:";
              case WARNING -> ":warning:";
              case INFO -> ":information_source:";
            };
    String title =
        "%s *%s: %s* in %s at step %s"
            .formatted(
                icon,
                closed ? "Over" : alarm.severity().name(),
                alarm.kind().replace('_', ' '),
                runLink(alarm.run()),
                alarm.step());
    JsonNode json = alarm.json();
    ObjectNode message = message(title, json.path("message").asText());
    ArrayNode facts = Json.MAPPER.createArrayNode();
    fact(facts, "Signal", json.path("signal"));
    fact(facts, "Layer", json.path("layer"));
    fact(facts, "Value", json.path("value"));
    fact(facts, "Threshold", json.path("threshold"));
    fact(facts, "Steps until divergence", json.path("eta_steps"));
    fact(facts, "Probability", json.path("probability"));
    if (!facts.isEmpty()) {
      ((ArrayNode) message.path("blocks")).addObject().put("type", "section").set("fields", facts);
    }
    return message;
  }

  private ObjectNode command(Notice notice) {
    JsonNode command = notice.body();
    boolean waits = command.path("status").asText().equals("pending_approval");
    String title =
        (waits ? ":raised_hand: *Approval needed: " : ":wrench: *Command given: ")
            + command.path("command").asText()
            + "* for "
            + runLink(notice.run());
    return message(
        title, command.path("reason").asText() + "\n`" + command.path("arguments") + "`");
  }

  private String runLink(String run) {
    return "<" + link.of(run) + "|" + escape(run) + ">";
  }

  private static ObjectNode message(String title, String text) {
    ObjectNode message = Json.object().put("text", title);
    ArrayNode blocks = message.putArray("blocks");
    blocks.addObject().put("type", "section").set("text", markdown(title));
    blocks.addObject().put("type", "section").set("text", markdown(escape(text)));
    return message;
  }

  private static void fact(ArrayNode facts, String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull()) {
      String text =
          value.isFloatingPointNumber()
              ? String.format(Locale.ROOT, "%.4g", value.doubleValue())
              : value.asText();
      facts.add(markdown("*" + name + "*\n" + escape(text)));
    }
  }

  private static ObjectNode markdown(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    return Json.object().put("type", "mrkdwn").put("text", cut);
  }

  /**
   * Escapes Slack's three control characters, so that a run's name cannot write links or mentions.
   */
  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
