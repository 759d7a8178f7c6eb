// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one run that are not delivered yet; decides which alarms are worth a message.
 *
 * <p>An incident gives a message when it reaches a notifier's severity, another when it gets worse,
 * and one when it closes. A worse message replaces a milder one that still waits. Waiting messages
 * survive a restart; delivered ones are not repeated. When more than {@value #MAX_WAITING} wait,
 * the least urgent are dropped, the oldest of them first.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner.
 */
public final class Outbox {
  private static final int MAX_WAITING = 1000;

  private final Map<String, Severity> notified = new LinkedHashMap<>();
  private final Map<String, Notice> waiting = new LinkedHashMap<>();
  private final List<Notice> dropped = new ArrayList<>();

  /** Adds the messages that an alarm leads to; returns those that wait. */
  public List<Notice> alarm(RaisedAlarm alarm, List<NotifierSettings> notifiers) {
    List<Notice> notices = new ArrayList<>();
    for (NotifierSettings notifier : notifiers) {
      String incident = notifier.name() + "|" + alarm.incident();
      if (alarm.state() == Alarm.State.CLOSED) {
        if (notified.remove(incident) != null && notifier.closed()) {
          notices.add(Notice.of(incident + "|closed", notifier.name(), alarm));
        }
      } else if (worse(alarm.severity(), notifier.minSeverity(), notified.get(incident))) {
        notified.put(incident, alarm.severity());
        for (Severity milder : Severity.values()) {
          waiting.remove(incident + "|" + milder.wireName());
        }
        String key = incident + "|" + alarm.severity().wireName();
        notices.add(Notice.of(key, notifier.name(), alarm));
      }
    }
    return kept(notices);
  }

  /** Adds the messages about a command that the policy gave; returns those that wait. */
  public List<Notice> command(
      String run, long id, ObjectNode command, List<NotifierSettings> notifiers) {
    List<Notice> notices = new ArrayList<>();
    for (NotifierSettings notifier : notifiers) {
      String key = notifier.name() + "|" + run + "|command " + id;
      notices.add(Notice.ofCommand(key, notifier.name(), run, command));
    }
    return kept(notices);
  }

  /** Returns the messages dropped since the last call. */
  List<Notice> pollDropped() {
    List<Notice> polled = List.copyOf(dropped);
    dropped.clear();
    return polled;
  }

  /** Removes a message that was delivered or given up. */
  public void settle(String key) {
    waiting.remove(key);
  }

  /** Returns a copy of the messages not settled yet, oldest first. */
  public List<Notice> waiting() {
    return List.copyOf(waiting.values());
  }

  /** Returns the state for a snapshot. */
  public ObjectNode save() {
    ObjectNode saved = Json.object();
    saved.set("told", Json.MAPPER.valueToTree(notified));
    return saved.set("waiting", Json.array(waiting.values(), Notice::json));
  }

  /** Restores the state that {@link #save} returned. */
  public void restore(JsonNode saved) {
    saved
        .path("told")
        .properties()
        .forEach(e -> notified.put(e.getKey(), Severity.valueOf(e.getValue().asText())));
    saved.path("waiting").forEach(notice -> keep(Notice.read(notice)));
  }

  private static boolean worse(Severity now, Severity least, @Nullable Severity before) {
    return now.compareTo(least) >= 0 && (before == null || now.compareTo(before) > 0);
  }

  private List<Notice> kept(List<Notice> notices) {
    notices.forEach(this::keep);
    notices.removeIf(notice -> !waiting.containsKey(notice.key()));
    return notices;
  }

  private void keep(Notice notice) {
    waiting.put(notice.key(), notice);
    if (waiting.size() > MAX_WAITING) {
      Notice least = // of those that are equal, the oldest
          Collections.max(waiting.values(), Comparator.comparing(Urgency::of));
      waiting.remove(least.key());
      dropped.add(least);
    }
  }
}
