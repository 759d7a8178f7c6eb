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

/** Tells, in plain words and as it happens, what the monitor saw and did in one run. */
final class Narrator {
  private static final long PROGRESS_EVERY_STEPS = 50;
  private static final Set<String> TOLD_STATUSES = Set.of("done", "refused", "failed");

  private final MonitorClient monitor;
  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private final Map<String, Long> progress = new HashMap<>();
  private final Map<String, Integer> alarmsSeen = new HashMap<>();
  private final Map<String, String> severityTold = new HashMap<>();
  private final Set<String> commandsTold = new HashSet<>();

  Narrator(MonitorClient monitor, PrintStream out) {
    this.monitor = monitor;
    this.out = out;
  }

  /** Says a sentence about the demo itself. */
  void say(String sentence) {
    out.printf("[%4d s]            %s%n", seconds(), sentence);
  }

  /** Tells what is new in a run since last asked. */
  void catchUp(String run) throws IOException, InterruptedException {
    if (!monitor.knows(run)) {
      return;
    }
    JsonNode state = monitor.run(run);
    tellProgress(run, state);
    tellAlarms(run);
    tellCommands(run);
  }

  private void tellProgress(String run, JsonNode state) {
    long step = state.path("last_step").asLong();
    long mark = step / PROGRESS_EVERY_STEPS;
    Long told = progress.put(run, mark);
    if (mark > 0 && (told == null || mark != told)) {
      tell(run, "step %d, loss %.3f".formatted(step, state.path("loss").asDouble()));
    }
  }

  /** Tells an incident's opening, each rise of its severity, and its end: not every update. */
  private void tellAlarms(String run) throws IOException, InterruptedException {
    JsonNode alarms = monitor.alarms(run);
    for (int i = alarmsSeen.getOrDefault(run, 0); i < alarms.size(); i++) {
      JsonNode alarm = alarms.get(i);
      String incident = alarm.path("incident").asText();
      String severity = alarm.path("severity").asText().toUpperCase(Locale.ROOT);
      long step = alarm.path("step").asLong();
      if (alarm.path("state").asText().equals("closed")) {
        severityTold.remove(incident);
        tell(run, "step %d: %s is over".formatted(step, alarm.path("kind").asText()));
      } else if (!severity.equals(severityTold.put(incident, severity))) {
        tell(run, "step %d: %s %s".formatted(step, severity, alarm.path("message").asText()));
      }
    }
    alarmsSeen.put(run, alarms.size());
  }

  private void tellCommands(String run) throws IOException, InterruptedException {
    for (JsonNode command : monitor.commands(run)) {
      String status = command.path("status").asText();
      if (TOLD_STATUSES.contains(status)
          && commandsTold.add(run + command.path("id").asText() + status)) {
        tell(run, "%s: %s".formatted(ActionText.of(command), status));
      }
    }
  }

  private void tell(String run, String text) {
    out.printf("[%4d s] %-9s  %s%n", seconds(), run, text);
  }

  private long seconds() {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }
}
