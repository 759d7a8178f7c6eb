// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.demo;

import com.fasterxml.jackson.databind.JsonNode;
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

  private final MonitorClient monitor;
  private final PrintStream out;
  private final long startNanos = System.nanoTime();
  private final Map<String, Long> progress = new HashMap<>();
  private final Map<String, Integer> alarmsTold = new HashMap<>();
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
  void catchUp(String run) throws IOException {
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

  private void tellAlarms(String run) throws IOException {
    JsonNode alarms = monitor.alarms(run);
    for (int i = alarmsTold.getOrDefault(run, 0); i < alarms.size(); i++) {
      JsonNode alarm = alarms.get(i);
      String state = alarm.path("state").asText();
      String severity = alarm.path("severity").asText().toUpperCase(Locale.ROOT);
      tell(
          run,
          "step %d: %s %s"
              .formatted(
                  alarm.path("step").asLong(),
                  state.equals("closed") ? "over:" : severity + ":",
                  alarm.path("message").asText()));
    }
    alarmsTold.put(run, alarms.size());
  }

  private void tellCommands(String run) throws IOException {
    for (JsonNode command : monitor.commands(run)) {
      String status = command.path("status").asText();
      if (commandsTold.add(run + command.path("id").asText() + status)) {
        tell(run, "action %s: %s".formatted(ActionText.of(command), status));
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
