// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.wire.AlarmJson;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private final CommandLedger ledger = new CommandLedger("run");
  private Policy policy = policy("act");
  private int segment;
  private long lastStep;

  @Test
  void observeDoesNothing() {
    policy = policy("observe");
    lastStep = 500;
    assertEquals(List.of(), decide(critical(AlarmKind.LOSS_SPIKE, 500)));
  }

  @Test
  void adviseWaitsForAPerson() {
    assertEquals(CommandStatus.PENDING_APPROVAL, policy("advise").initialStatus("run"));
    assertEquals(CommandStatus.PENDING, policy("act").initialStatus("run"));
  }

  @Test
  void aWarningAsksForOneCheckpoint() {
    lastStep = 50;
    assertEquals("checkpoint", carryOut(warning(AlarmKind.LOSS_SPIKE, 50)));
    assertEquals("", carryOut(warning(AlarmKind.LOSS_SPIKE, 50)));
    assertEquals("checkpoint", carryOut(warning(AlarmKind.GRADIENT_SPIKE, 50)));
  }

  @Test
  void aStalledRunIsNotCommanded() {
    assertEquals("", carryOut(critical(AlarmKind.STALLED, 50)));
  }

  @Test
  void aCommandThatNobodyFetchesBringsNoOther() {
    assertEquals("", carryOut(critical(AlarmKind.COMMAND_UNANSWERED, 50)));
    assertEquals("", carryOut(warning(AlarmKind.COMMAND_UNANSWERED, 50)));
  }

  @Test
  void rollsBackWellBeforeASpikeAndSkipsWhatSurroundsIt() {
    lastStep = 505;
    List<Decision> decisions = decide(critical(AlarmKind.LOSS_SPIKE, 500));
    assertEquals(1, decisions.size());
    // batch offset 10: the batch of step 401 is 411
    assertEquals(
        new Instruction.Rollback(400, new Instruction.Skip(411, 200)),
        decisions.get(0).instruction());
    assertEquals("loss_spike", decisions.get(0).origin().evidence().path("kind").asText());
  }

  @Test
  void aSlowIncidentLowersTheLearningRateToo() {
    lastStep = 300;
    assertEquals(
        "rollback to 200; adjust 0.3", carryOut(critical(AlarmKind.ATTENTION_LOGIT_GROWTH, 300)));
  }

  @Test
  void noneToSkipBringsTheSameBatchesAgain() {
    policy = policy("act, skip_batches: 0");
    lastStep = 505;
    Decision rollback = decide(critical(AlarmKind.LOSS_SPIKE, 500)).get(0);
    assertEquals(new Instruction.Rollback(400, null), rollback.instruction());
    assertTrue(rollback.origin().reason().endsWith("roll back to step 400."));
  }

  @Test
  void aScaleOfOneNeverLowersTheRateAndPausesByTheBudgetAlone() {
    policy = policy("act, learning_rate_scale: 1");
    lastStep = 500;
    for (int i = 0; i < 3; i++) {
      assertEquals("rollback to 400", carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 500)));
      backFrom(400);
      lastStep = 500;
    }
    assertEquals("pause", carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 500)));
    assertTrue(
        last().origin().reason().contains("budget of 3 rollbacks"), last().origin().reason());
  }

  @Test
  void lowersTheRateAtTheFirstRollbackOfASpikeWhenTold() {
    policy = policy("act, lower_at_once: true");
    lastStep = 500;
    assertEquals("rollback to 400; adjust 0.3", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)));
  }

  @Test
  void climbsTheLadderUntilItPauses() {
    lastStep = 500;
    assertEquals("rollback to 400", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)));
    backFrom(400);
    lastStep = 505;
    assertEquals("rollback to 405; adjust 0.3", carryOut(critical(AlarmKind.LOSS_SPIKE, 505)));
    backFrom(405);
    lastStep = 510;
    assertEquals("rollback to 410; adjust 0.09", carryOut(critical(AlarmKind.LOSS_SPIKE, 510)));
    backFrom(410);
    lastStep = 515;
    assertEquals("pause", carryOut(critical(AlarmKind.LOSS_SPIKE, 515)));
    assertTrue(
        last().origin().reason().contains("budget of 3 rollbacks"), last().origin().reason());
    lastStep = 600;
    assertEquals("", carryOut(critical(AlarmKind.LOSS_SPIKE, 600)), "it is paused");
    ledger.enter(draft(CommandName.RESUME, CommandStatus.DONE, 9));
    assertEquals(
        "rollback to 500; adjust 0.027",
        carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 600)),
        "a person resumed it: the budget starts anew, the learning rate stays lowered");
  }

  @Test
  void aSlowIncidentThatTwoReductionsDidNotEndPauses() {
    lastStep = 500;
    carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 500));
    backFrom(400);
    lastStep = 2000;
    carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 2000));
    backFrom(1900);
    lastStep = 4000;
    assertEquals("pause", carryOut(critical(AlarmKind.LOSS_DIVERGENCE, 4000)));
    assertTrue(last().origin().reason().contains("did not help"), last().origin().reason());
  }

  @Test
  void aRunThatWasStoppedIsActedOnAgainOnceItTrainsAgain() {
    lastStep = 500;
    ledger.enter(draft(CommandName.STOP, CommandStatus.DONE, 1));
    assertEquals("", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)));
    ledger.enter(ledger.resumption(last(), 2, segment, 480));
    assertEquals("rollback to 400", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)));
  }

  @Test
  void neverActsWhileAnActionIsUnderWay() {
    lastStep = 500;
    Alarm alarm = critical(AlarmKind.LOSS_SPIKE, 500);
    enter(decide(alarm));
    assertEquals(List.of(), decide(alarm, critical(AlarmKind.NONFINITE, 501)));
  }

  @Test
  void waitsUntilTheRunIsBackAndHasCooledDown() {
    lastStep = 500;
    carryOut(critical(AlarmKind.LOSS_SPIKE, 500));
    assertEquals("", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)), "not back yet");
    backFrom(400);
    lastStep = 410;
    assertEquals("", carryOut(critical(AlarmKind.LOSS_SPIKE, 410)), "10 of 20 steps");
    lastStep = 420;
    assertEquals("rollback to 310; adjust 0.3", carryOut(critical(AlarmKind.LOSS_SPIKE, 410)));
  }

  @Test
  void anIncidentOfADeadSegmentIsOver() {
    lastStep = 500;
    Alarm alarm = critical(AlarmKind.LOSS_SPIKE, 500);
    segment = 1;
    assertEquals(List.of(), decide(alarm));
  }

  @Test
  void aRefusedRollbackPauses() {
    lastStep = 500;
    enter(decide(critical(AlarmKind.LOSS_SPIKE, 500)));
    ledger.update(1, CommandStatus.REFUSED, 500L, "no checkpoint");
    assertEquals("pause", carryOut(critical(AlarmKind.LOSS_SPIKE, 500)));
  }

  @Test
  void aPauseThatFailedIsNotOrderedAgainForTheSameIncident() {
    for (CommandStatus failure : List.of(CommandStatus.REFUSED, CommandStatus.FAILED)) {
      segment++;
      lastStep = 500;
      Alarm alarm = critical(AlarmKind.LOSS_SPIKE, 500);
      enter(decide(alarm));
      ledger.update(last().id(), CommandStatus.REFUSED, 500L, "no checkpoint");
      enter(decide(alarm));
      assertEquals(CommandName.PAUSE, last().name());
      ledger.update(last().id(), failure, 500L, "cannot");
      lastStep = 510;
      assertEquals(List.of(), decide(alarm));
      assertEquals("pause", carryOut(critical(AlarmKind.GRADIENT_SPIKE, 510)), "another incident");
      ledger.enter(draft(CommandName.RESUME, CommandStatus.DONE, 9));
    }
  }

  @Test
  void whatAPersonRejectedIsNotProposedAgain() {
    policy = policy("advise");
    lastStep = 500;
    Alarm alarm = critical(AlarmKind.LOSS_SPIKE, 500);
    enter(decide(alarm));
    ledger.update(1, CommandStatus.REJECTED, null, "no");
    assertEquals(List.of(), decide(alarm));
  }

  @Test
  void aLaterIncidentGetsItsOwnProposalInPlaceOfOneNobodyAnswered() {
    policy = policy("advise");
    lastStep = 500;
    Alarm first = critical(AlarmKind.LOSS_SPIKE, 500);
    enter(decide(first));
    lastStep = 700;
    Alarm second = critical(AlarmKind.LOSS_DIVERGENCE, 690);
    enter(decide(first, second));
    assertEquals(
        List.of("rollback superseded", "rollback pending_approval", "adjust pending_approval"),
        commands());
    assertEquals(new Instruction.Adjust(0.3, null, null), last().instruction());
    lastStep = 705;
    assertEquals(List.of(), decide(first, second), "the older one does not take its place again");
    lastStep = 900;
    enter(decide(critical(AlarmKind.GRADIENT_SPIKE, 895)));
    assertEquals("rollback pending_approval", commands().get(3));
    assertEquals(4, commands().size(), "nobody rolled back before: it is the first time");
  }

  @Test
  void aProposalStandsForTheIncidentsThatWereOpenWhenItWasMade() {
    policy = policy("advise");
    lastStep = 505;
    Alarm loss = critical(AlarmKind.LOSS_SPIKE, 500);
    Alarm gradient = critical(AlarmKind.GRADIENT_SPIKE, 501);
    enter(decide(loss, gradient));
    assertEquals(List.of("rollback pending_approval"), commands());
    assertEquals(List.of(), decide(loss, gradient));
    assertEquals(1, decide(gradient).size(), "what it was made for is over");
  }

  @Test
  void aLaterWarningGetsItsOwnCheckpointInPlaceOfOneNobodyAnswered() {
    policy = policy("advise");
    lastStep = 50;
    enter(decide(warning(AlarmKind.LOSS_SPIKE, 50)));
    lastStep = 90;
    Alarm later = warning(AlarmKind.GRADIENT_SPIKE, 85);
    enter(decide(later));
    enter(decide(later));
    assertEquals(List.of("checkpoint superseded", "checkpoint pending_approval"), commands());
    enter(decide(critical(AlarmKind.LOSS_SPIKE, 90)));
    assertEquals("checkpoint pending_approval", commands().get(1), "no rollback replaces it");
  }

  @Test
  void aNewDecisionSupersedesAProposalNobodyActedOn() {
    ledger.enter(draft(CommandName.ROLLBACK, CommandStatus.PENDING_APPROVAL, 1));
    List<Command> changed =
        ledger.enter(draft(CommandName.PAUSE, CommandStatus.PENDING_APPROVAL, 2));
    assertEquals(2, changed.size());
    assertEquals(CommandStatus.SUPERSEDED, ledger.get(1).status());
  }

  private Command draft(CommandName name, CommandStatus status, long timeNanos) {
    Origin origin = new Origin("because", "run/0/loss_spike/1", null);
    return ledger.draft(
        Instruction.of(name, Map.of()), status, origin, timeNanos * 1_000_000, segment, 1);
  }

  private static Policy policy(String mode) {
    return new Policy(ConfigFile.parse("test", "policy: {mode: " + mode + "}").policy());
  }

  private List<Decision> decide(Alarm... open) {
    return policy.decide(
        new RunFacts("run", segment, lastStep, 10, List.of(open), ledger.all(), AlarmJson::of));
  }

  /** Decides, and has the training run do it at once; says what was done. */
  private String carryOut(Alarm alarm) {
    List<Decision> decisions = decide(alarm);
    enter(decisions);
    StringBuilder done = new StringBuilder();
    for (Command command : ledger.all()) {
      if (command.status() == CommandStatus.PENDING) {
        ledger.update(command.id(), CommandStatus.DONE, lastStep, null);
      }
    }
    for (Decision decision : decisions) {
      Map<String, Object> arguments = decision.instruction().arguments();
      CommandName name = decision.instruction().name();
      String argument =
          switch (name) {
            case ROLLBACK -> " to " + arguments.get("to_step");
            case ADJUST -> " " + arguments.get("learning_rate_scale");
            default -> "";
          };
      done.append(done.isEmpty() ? "" : "; ").append(name.wireName() + argument);
    }
    return done.toString();
  }

  private void enter(List<Decision> decisions) {
    for (Decision decision : decisions) {
      ledger.enter(
          ledger.draft(
              decision.instruction(),
              policy.initialStatus("run"),
              decision.origin(),
              lastStep,
              segment,
              lastStep));
    }
  }

  private void backFrom(long step) {
    segment++;
    lastStep = step;
  }

  private List<String> commands() {
    return ledger.all().stream()
        .map(c -> c.name().wireName() + " " + c.status().wireName())
        .toList();
  }

  private Command last() {
    return ledger.all().get(ledger.all().size() - 1);
  }

  private Alarm critical(AlarmKind kind, long step) {
    return alarm(kind, Severity.CRITICAL, step);
  }

  private Alarm warning(AlarmKind kind, long step) {
    return alarm(kind, Severity.WARNING, step);
  }

  private Alarm alarm(AlarmKind kind, Severity severity, long step) {
    Verdict verdict =
        new Verdict(
            kind,
            severity,
            Verdict.Where.NO_SIGNAL,
            new Verdict.Measured(9, 2),
            Verdict.Eta.UNKNOWN,
            Double.NaN,
            "It is so.",
            Map.of());
    String incident = "run/" + segment + "/" + kind.wireName() + "/" + step;
    return new Alarm("run", segment, step, step * 1000, incident, step, Alarm.State.OPEN, verdict);
  }
}
