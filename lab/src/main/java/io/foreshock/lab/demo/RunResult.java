// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.client.MonitorClient;
import io.foreshock.predictors.evaluation.LossOnset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The result of one run, read from the monitor.
 *
 * @param steps newest step of the live segment
 * @param finalLoss mean over the last {@value #FINAL_STEPS} steps of the live segment, nats per
 *     token
 * @param firstWarning step of the first alarm of severity warning or critical
 * @param onset step from which the loss stays above the healthy run's loss ({@link LossOnset}); the
 *     healthy run is compared with its own lowest level
 * @param actions commands that the trainer carried out, except checkpoints
 */
record RunResult(
    String run,
    long steps,
    double finalLoss,
    OptionalLong firstWarning,
    OptionalLong onset,
    List<String> actions) {
  private static final int FINAL_STEPS = 20;

  /**
   * Reads a run's result.
   *
   * @param healthy name of the healthy run, which may be this one
   */
  static RunResult read(MonitorClient monitor, String run, String healthy)
      throws IOException, InterruptedException {
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
        run.equals(healthy) ? onset(losses) : onset(losses, monitor.losses(healthy, 0)),
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
    return step(new ArrayList<>(losses.keySet()), LossOnset.find(values(losses, losses.keySet())));
  }

  private static OptionalLong onset(
      NavigableMap<Long, Double> losses, NavigableMap<Long, Double> healthy) {
    List<Long> common = losses.keySet().stream().filter(healthy::containsKey).toList();
    return step(common, LossOnset.find(values(losses, common), values(healthy, common)));
  }

  private static double[] values(Map<Long, Double> losses, Collection<Long> steps) {
    return steps.stream().mapToDouble(losses::get).toArray();
  }

  private static OptionalLong step(List<Long> steps, OptionalInt index) {
    return index.isPresent() ? OptionalLong.of(steps.get(index.getAsInt())) : OptionalLong.empty();
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
