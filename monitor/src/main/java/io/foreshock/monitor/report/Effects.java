// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.EpisodeClass;
import io.foreshock.predictors.postmortem.Track;
import io.foreshock.predictors.stats.Medians;
import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The effects of a run's commands: where the run continued, and whether the trouble came again. */
record Effects(ReportedRun run, List<Episode> episodes) {
  /** Number of samples of the loss that are compared before and after. */
  private static final int SAMPLES = 9;

  /** Steps after an onset within which a new episode counts as the same trouble again. */
  private static final long AGAIN_STEPS = 200;

  /** The run's commands with their effects, oldest first. */
  List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (JsonNode command : run.commands()) {
      JsonNode done = command.path("done_step");
      actions.add(
          new Action(
              command.path("id").asLong(),
              command.path("command").asText(),
              command.path("arguments"),
              command.path("status").asText(),
              command.path("step").asLong(),
              done.isIntegralNumber() ? OptionalLong.of(done.asLong()) : OptionalLong.empty(),
              command.path("reason").asText(""),
              command.path("incident").isTextual() ? command.path("incident").asText() : null,
              effect(command)));
    }
    return actions;
  }

  /** How the run continued after an episode was rolled back; empty when it was not. */
  Optional<String> afterRollback(Episode episode) {
    if (!episode.rolledBack()) {
      return Optional.empty();
    }
    return run.segments().stream()
        .filter(segment -> segment.parent() == episode.segment())
        .findFirst()
        .map(
            next ->
                continued(next) + ". " + compared(next, episode.start(), episode.loss().before()));
  }

  private String effect(JsonNode command) {
    String status = command.path("status").asText();
    if (!status.equals("done")) {
      String detail = command.path("detail").asText("");
      return switch (status) {
        case "pending_approval" -> "Waits for a person's approval.";
        case "pending", "accepted" -> "Not done yet.";
        default -> "Not done: " + status + (detail.isEmpty() ? "" : ", " + detail) + ".";
      };
    }
    long step = command.path("done_step").asLong(command.path("step").asLong());
    return switch (command.path("command").asText()) {
      case "rollback" -> rolledBack(command);
      case "adjust" -> adjusted(command, step);
      case "checkpoint" -> "Saved at step " + Figures.count(step) + ".";
      default -> "Done at step " + Figures.count(step) + ".";
    };
  }

  private String rolledBack(JsonNode command) {
    Optional<Segment> next =
        run.segments().stream()
            .filter(s -> s.parent() >= 0 && s.startedNanos() >= issuedNanos(command))
            .findFirst();
    if (next.isEmpty()) {
      return "The run has sent nothing since.";
    }
    long given = command.path("step").asLong();
    double before = level(next.get().parent(), given - 4 * SAMPLES, given);
    return continued(next.get()) + ". " + compared(next.get(), given, before);
  }

  private String adjusted(JsonNode command, long step) {
    int segment = Segment.liveAt(run.segments(), issuedNanos(command));
    double before = level(segment, step - 4 * SAMPLES, step);
    double after = level(segment, step + SAMPLES, step + 5 * SAMPLES);
    if (Double.isNaN(before) || Double.isNaN(after)) {
      return "Done at step " + Figures.count(step) + ".";
    }
    return "Done at step %s; the loss went from %s to %s over the next %s steps."
        .formatted(
            Figures.count(step), Figures.measured(before), Figures.measured(after), 5 * SAMPLES);
  }

  private static String continued(Segment next) {
    return "The run went on from step %s as segment %s"
        .formatted(Figures.count(next.fromStep()), next.index());
  }

  /** Compares a segment at a step with its parent, whose loss there was {@code before}. */
  private String compared(Segment next, long step, double before) {
    if (next.lastStep() < step) {
      String newest = "Its newest step is " + Figures.count(next.lastStep());
      return newest + ": it did not get to step " + Figures.count(step) + " again.";
    }
    double now = level(next.index(), step, step + 4 * SAMPLES);
    if (Double.isNaN(now)) {
      return "No loss was measured there. " + again(next, step);
    }
    String against =
        Double.isNaN(before) ? "" : ", against " + Figures.measured(before) + " before";
    return "At step %s its loss was %s%s. %s"
        .formatted(Figures.count(step), Figures.measured(now), against, again(next, step));
  }

  private String again(Segment next, long step) {
    return episodes.stream()
        .filter(e -> e.segment() == next.index() && e.kind() != EpisodeClass.LEVEL_SHIFT)
        .filter(e -> e.start() <= step + AGAIN_STEPS)
        .findFirst()
        .map(e -> "It happened again at step " + Figures.count(e.start()) + ".")
        .orElse(
            "It did not happen again within %s steps."
                .formatted(Figures.count(Math.min(AGAIN_STEPS, next.lastStep() - step))));
  }

  /** Median of the first {@value #SAMPLES} finite losses of a stretch; NaN when there are none. */
  private double level(int segment, long from, long to) {
    Track loss = run.track(Signal.LOSS, segment, from, to);
    double[] values =
        Arrays.stream(loss.values()).filter(Double::isFinite).limit(SAMPLES).toArray();
    return Medians.of(values, 0, values.length);
  }

  private static long issuedNanos(JsonNode command) {
    try {
      Instant issued = Instant.parse(command.path("issued").asText());
      return issued.getEpochSecond() * 1_000_000_000L + issued.getNano();
    } catch (DateTimeParseException e) {
      return Long.MAX_VALUE; // the time is unknown, so no segment counts as its effect
    }
  }
}
