// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be told of one run and was not delivered yet; decides what is worth telling.
 *
 * <p>An incident is told once when it reaches a notifier's severity, again when it gets worse, and
 * once more when it closes. A worse message takes the place of a milder one that still waits.
 * Messages that wait survive a restart; those delivered are not repeated. Of more than {@value
 * #MAX_WAITING} the least urgent are dropped, the oldest of them first.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner.
 */
public final class Outbox {
  private static final int MAX_WAITING = 1000;

  private final Map<String, Severity> told = new LinkedHashMap<>();
  private final Map<String, Notice> waiting = new LinkedHashMap<>();
  private final List<Notice> dropped = new ArrayList<>();

  /** The new messages that an alarm gives rise to. */
  public List<Notice> alarm(RaisedAlarm alarm, List<NotifierSettings> notifiers) {
    List<Notice> notices = new ArrayList<>();
    for (NotifierSettings notifier : notifiers) {
      String incident = notifier.name() + "|" + alarm.incident();
      if (alarm.state() == Alarm.State.CLOSED) {
        if (told.remove(incident) != null && notifier.closed()) {
          notices.add(Notice.of(incident + "|closed", notifier.name(), alarm));
        }
      } else if (worse(alarm.severity(), notifier.minSeverity(), told.get(incident))) {
        told.put(incident, alarm.severity());
        for (Severity milder : Severity.values()) {
          waiting.remove(incident + "|" + milder.wireName());
        }
        String key = incident + "|" + alarm.severity().wireName();
        notices.add(Notice.of(key, notifier.name(), alarm));
      }
    }
    return kept(notices);
  }

  /** The messages that tell of a command the policy gave. */
  public List<Notice> command(
      String run, long id, ObjectNode command, List<NotifierSettings> notifiers) {
    List<Notice> notices = new ArrayList<>();
    for (NotifierSettings notifier : notifiers) {
      String key = notifier.name() + "|" + run + "|command " + id;
      notices.add(Notice.ofCommand(key, notifier.name(), run, command));
    }
    return kept(notices);
  }

  /** The messages dropped since this was asked last. */
  List<Notice> takeDropped() {
    List<Notice> taken = List.copyOf(dropped);
    dropped.clear();
    return taken;
  }

  /** A message was delivered or given up. */
  public void settle(String key) {
    waiting.remove(key);
  }

  /** Messages not settled yet, oldest first; a copy. */
  public List<Notice> waiting() {
    return List.copyOf(waiting.values());
  }

  /** All of it, for a snapshot. */
  public ObjectNode save() {
    ObjectNode saved = Json.object();
    saved.set("told", Json.MAPPER.valueToTree(told));
    ArrayNode notices = saved.putArray("waiting");
    waiting.values().forEach(notice -> notices.add(notice.json()));
    return saved;
  }

  /** Restores what {@link #save} gave. */
  public void restore(JsonNode saved) {
    saved
        .path("told")
        .properties()
        .forEach(e -> told.put(e.getKey(), Severity.valueOf(e.getValue().asText())));
    saved.path("waiting").forEach(notice -> keep(Notice.read(notice)));
  }

  private static boolean worse(Severity now, Severity least, Severity before) {
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
      Notice least = null;
      for (Notice other : waiting.values()) { // oldest first
        boolean less = least == null || Urgency.of(other).compareTo(Urgency.of(least)) > 0;
        least = less ? other : least;
      }
      waiting.remove(least.key());
      dropped.add(least);
    }
  }
}
