// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.predictors.evaluation.LossOnset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What became of one run, read back from the monitor's store.
 *
 * @param steps newest step of the live segment
 * @param finalLoss mean over the last {@value #FINAL_STEPS} steps of the live segment, nats per
 *     token
 * @param firstWarning step of the first alarm of severity warning or critical
 * @param onset step at which the loss left its course, by hindsight ({@link LossOnset})
 * @param actions commands that the trainer carried out, beyond taking checkpoints
 */
record RunResult(
    String run,
    long steps,
    double finalLoss,
    OptionalLong firstWarning,
    OptionalLong onset,
    List<String> actions) {
  private static final int FINAL_STEPS = 20;

  static RunResult read(MonitorClient monitor, String run) throws IOException {
    JsonNode state = monitor.run(run);
    NavigableMap<Long, Double> losses = monitor.losses(run, state.path("segment").asInt());
    return new RunResult(
        run,
        state.path("last_step").asLong(),
        losses.descendingMap().values().stream()
            .limit(FINAL_STEPS)
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(Double.NaN),
        firstWarning(monitor.alarms(run)),
        onset(losses),
        actions(monitor.commands(run)));
  }

  private static OptionalLong firstWarning(JsonNode alarms) {
    for (JsonNode alarm : alarms) {
      if (!alarm.path("severity").asText().equals("info")) {
        return OptionalLong.of(alarm.path("step").asLong());
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong onset(NavigableMap<Long, Double> losses) {
    OptionalInt index =
        LossOnset.find(losses.values().stream().mapToDouble(Double::doubleValue).toArray());
    return index.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(new ArrayList<>(losses.keySet()).get(index.getAsInt()));
  }

  private static List<String> actions(JsonNode commands) {
    List<String> actions = new ArrayList<>();
    for (JsonNode command : commands) {
      boolean done = command.path("status").asText().equals("done");
      if (done && !command.path("command").asText().equals("checkpoint")) {
        actions.add(ActionText.of(command));
      }
    }
    return actions;
  }
}
