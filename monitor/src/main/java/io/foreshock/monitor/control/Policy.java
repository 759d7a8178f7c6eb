// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.config.PolicyMode;
import io.foreshock.monitor.config.PolicySettings;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about open incidents, as a pure function of the facts. With the same facts it
 * returns the same decisions; after its commands were entered it returns none.
 *
 * <p>A warning leads to one checkpoint per incident. A critical incident climbs a ladder. It climbs
 * one rung at a time, and never while an earlier action is in progress or its effect not yet seen:
 *
 * <ol>
 *   <li>a sudden incident, the first time: roll back to well before its start and skip the batches
 *       around it, as PaLM did;
 *   <li>a slow incident, or a sudden one that came back: the same, and lower the learning rate;
 *       then once more, to a still lower learning rate;
 *   <li>when that was not enough, the budget of rollbacks is used up, or a rollback was refused:
 *       pause the run and page someone. A pause that fails is not repeated for the same incident.
 * </ol>
 *
 * @param settings its limits
 */
public record Policy(PolicySettings settings) {
  private static final int MAX_REDUCTIONS = 2;
  private static final int MAX_SKIP_BATCHES = 500;
  private static final Set<AlarmKind> SLOW =
      EnumSet.of(
          AlarmKind.ATTENTION_LOGIT_GROWTH,
          AlarmKind.ATTENTION_ENTROPY_COLLAPSE,
          AlarmKind.OUTPUT_LOGIT_DRIFT,
          AlarmKind.LOSS_DIVERGENCE,
          AlarmKind.FORECAST_DIVERGENCE);
  private static final Set<AlarmKind> SUDDEN =
      EnumSet.of(
          AlarmKind.LOSS_SPIKE,
          AlarmKind.GRADIENT_SPIKE,
          AlarmKind.UPDATE_SPIKE,
          AlarmKind.NONFINITE);

  /** Initial status of its commands: whether they wait for a person's approval. */
  public CommandStatus initialStatus(String run) {
    return settings.modeOf(run) == PolicyMode.ACT
        ? CommandStatus.PENDING
        : CommandStatus.PENDING_APPROVAL;
  }

  /** How long a training run may take to fetch a command; 0 = for ever. */
  public int answerSeconds() {
    return settings.answerSeconds();
  }

  /** The commands to give now, in order; usually none. */
  public List<Decision> decide(RunFacts facts) {
    List<Decision> decisions = new ArrayList<>();
    if (settings.modeOf(facts.run()) == PolicyMode.OBSERVE) {
      return decisions;
    }
    History history = new History(facts, settings);
    for (Alarm alarm : facts.open()) {
      Severity severity = alarm.verdict().severity();
      if (alarm.segment() != facts.segment() || !actedOn(alarm)) {
        continue;
      }
      if (severity == Severity.CRITICAL && decisions.isEmpty() && history.mayMitigate(alarm)) {
        mitigate(facts, history, alarm, decisions);
      } else if (severity == Severity.WARNING && history.mayCheckpoint(alarm)) {
        decisions.add(checkpoint(facts, alarm));
        return decisions;
      }
    }
    return decisions;
  }

  private static boolean actedOn(Alarm alarm) {
    return SLOW.contains(alarm.verdict().kind()) || SUDDEN.contains(alarm.verdict().kind());
  }

  private static Decision checkpoint(RunFacts facts, Alarm alarm) {
    return new Decision(
        new Instruction.Plain(CommandName.CHECKPOINT),
        new Origin(
            "Warning: " + alarm.verdict().message() + " A checkpoint now is cheap insurance.",
            alarm.incident(),
            facts.evidence().apply(alarm)));
  }

  private void mitigate(RunFacts facts, History history, Alarm alarm, List<Decision> decisions) {
    int rollbacks = history.rollbacksInWindow();
    boolean lower = settings.learningRateScale() < 1 && wantsLowerRate(alarm, rollbacks);
    @Nullable String stop =
        history.whyStop(lower && history.reductionsSinceResume() >= MAX_REDUCTIONS);
    if (stop != null && history.pauseFailed(alarm)) {
      return; // a failed pause is not repeated at every line
    }
    if (stop != null) {
      decisions.add(decision(new Instruction.Plain(CommandName.PAUSE), alarm, history, stop));
      return;
    }
    Instruction.Rollback rollback = rollback(facts, alarm);
    decisions.add(
        decision(
            rollback,
            alarm,
            history,
            "roll back to step " + rollback.toStep() + skipped(rollback.skip())));
    if (lower) {
      double scale = scale(history.reductions() + 1);
      decisions.add(
          decision(
              new Instruction.Adjust(scale, null, null),
              alarm,
              history,
              "lower the learning rate to " + scale + " of its schedule"));
    }
  }

  private boolean wantsLowerRate(Alarm alarm, int rollbacks) {
    return settings.lowerAtOnce() || SLOW.contains(alarm.verdict().kind()) || rollbacks > 0;
  }

  private static String skipped(Instruction.@Nullable Skip skip) {
    return skip == null ? "" : " and skip " + skip.count() + " batches";
  }

  /** Learning rate after that many reductions, relative to the schedule. */
  private double scale(int reductions) {
    return BigDecimal.valueOf(settings.learningRateScale())
        .pow(reductions, new MathContext(4))
        .doubleValue();
  }

  private Instruction.Rollback rollback(RunFacts facts, Alarm alarm) {
    long toStep = Math.max(0, alarm.openedStep() - settings.rewindSteps());
    if (settings.skipBatches() == 0) {
      return new Instruction.Rollback(toStep, null);
    }
    long affected = Math.min(MAX_SKIP_BATCHES, facts.lastStep() - toStep);
    long from = toStep + 1 + facts.batchOffset();
    long count = Math.max(settings.skipBatches(), affected);
    return new Instruction.Rollback(toStep, new Instruction.Skip(from, count));
  }

  private Decision decision(Instruction instruction, Alarm alarm, History history, String what) {
    JsonNode evidence = history.evidence(alarm);
    String reason = "Critical: " + alarm.verdict().message() + " So: " + what + ".";
    return new Decision(instruction, new Origin(reason, alarm.incident(), evidence));
  }
}
