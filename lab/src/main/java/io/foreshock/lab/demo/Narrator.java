// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.client.MonitorClient;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Prints what the monitor sees and does in each run, while it happens. */
final class Narrator {
  private static final long PROGRESS_EVERY_STEPS = 50;
  private static final Set<String> FINAL_STATUSES = Set.of("done", "refused", "failed");

  private final MonitorClient monitor;
  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private final Map<String, Long> progress = new HashMap<>();
  private final Map<String, Integer> alarmsSeen = new HashMap<>();
  private final Map<String, String> severityPrinted = new HashMap<>();
  private final Set<String> commandsPrinted = new HashSet<>();

  Narrator(MonitorClient monitor, PrintStream out) {
    this.monitor = monitor;
    this.out = out;
  }

  /** Prints a sentence about the demo itself. */
  void announce(String sentence) {
    out.printf("[%4d s]            %s%n", seconds(), sentence);
  }

  /** Prints what is new in a run since the last call. */
  void reportNews(String run) throws IOException, InterruptedException {
    if (!monitor.knows(run)) {
      return;
    }
    JsonNode state = monitor.run(run);
    reportProgress(run, state);
    reportAlarms(run);
    reportCommands(run);
  }

  private void reportProgress(String run, JsonNode state) {
    long step = state.path("last_step").asLong();
    long mark = step / PROGRESS_EVERY_STEPS;
    Long before = progress.put(run, mark);
    if (mark > 0 && (before == null || mark != before)) {
      print(run, "step %d, loss %.3f".formatted(step, state.path("loss").asDouble()));
    }
  }

  /** Prints when an incident opens, changes its severity or closes, but not every update. */
  private void reportAlarms(String run) throws IOException, InterruptedException {
    JsonNode alarms = monitor.alarms(run);
    for (int i = alarmsSeen.getOrDefault(run, 0); i < alarms.size(); i++) {
      JsonNode alarm = alarms.get(i);
      String incident = alarm.path("incident").asText();
      String severity = alarm.path("severity").asText().toUpperCase(Locale.ROOT);
      long step = alarm.path("step").asLong();
      if (alarm.path("state").asText().equals("closed")) {
        severityPrinted.remove(incident);
        print(run, "step %d: %s is over".formatted(step, alarm.path("kind").asText()));
      } else if (!severity.equals(severityPrinted.put(incident, severity))) {
        print(run, "step %d: %s %s".formatted(step, severity, alarm.path("message").asText()));
      }
    }
    alarmsSeen.put(run, alarms.size());
  }

  private void reportCommands(String run) throws IOException, InterruptedException {
    for (JsonNode command : monitor.commands(run)) {
      String status = command.path("status").asText();
      if (FINAL_STATUSES.contains(status)
          && commandsPrinted.add(run + command.path("id").asText() + status)) {
        print(run, "%s: %s".formatted(ActionText.of(command), status));
      }
    }
  }

  private void print(String run, String text) {
    out.printf("[%4d s] %-9s  %s%n", seconds(), run, text);
  }

  private long seconds() {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }
}
