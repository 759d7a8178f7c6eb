// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerWatchTest {
  private static final double PATIENCE_SECONDS = 120;

  private static final Instruction ROLLBACK = new Instruction.Rollback(1, null);

  private final CommandLedger ledger = new CommandLedger("run");
  private final RunWatch run = new RunWatch("run", 100);
  private final Map<String, Severity> incidents = new HashMap<>();
  private AnswerWatch watch = new AnswerWatch();

  @Test
  void aCommandThatNobodyFetchesIsToldOnceUntilItIsFetched() {
    give(ROLLBACK, null);
    assertEquals("", at(0));
    assertEquals("", at(120));
    assertEquals("1 warning", at(121));
    assertEquals("", at(122));
    ledger.update(1, CommandStatus.ACCEPTED, null, null);
    assertEquals("over", at(123));
    assertEquals("", at(124));
  }

  @Test
  void aRescueThatDoesNotComeIsCritical() {
    incidents.put("run/0/loss_spike/5", Severity.CRITICAL);
    give(ROLLBACK, "run/0/loss_spike/5");
    at(0);
    assertEquals("1 critical", at(121));
  }

  @Test
  void aRescueIsCriticalThoughItsIncidentIsForgotten() {
    give(ROLLBACK, "run/0/loss_spike/5");
    at(0);
    assertEquals("1 critical", at(121));
  }

  @Test
  void aCheckpointThatWaitsGetsCriticalWithItsIncident() {
    incidents.put("run/0/loss_spike/5", Severity.WARNING);
    give(new Instruction.Plain(CommandName.CHECKPOINT), "run/0/loss_spike/5");
    at(0);
    assertEquals("1 warning", at(121));
    incidents.put("run/0/loss_spike/5", Severity.CRITICAL);
    assertEquals("1 critical", at(122));
    assertEquals("", at(123));
  }

  @Test
  void theNextThatIsLateTakesThePlaceOfOneThatWasFetched() {
    give(ROLLBACK, null);
    give(ROLLBACK, null);
    at(0);
    assertEquals("1 warning", at(121));
    ledger.update(1, CommandStatus.DONE, null, null);
    assertEquals("2 warning", at(122));
    ledger.update(2, CommandStatus.SUPERSEDED, null, null);
    assertEquals("over", at(123));
  }

  @Test
  void aCommandThatWaitsForAPersonIsNotLate() {
    Origin origin = new Origin("because", null, null);
    ledger.enter(
        ledger.draft(
            new Instruction.Plain(CommandName.PAUSE),
            CommandStatus.PENDING_APPROVAL,
            origin,
            0,
            0,
            1));
    assertEquals("", at(0));
    assertEquals("", at(1000));
    ledger.update(1, CommandStatus.PENDING, null, "approved");
    assertEquals("", at(1001), "its patience begins with the approval");
    assertEquals("1 warning", at(1122));
  }

  @Test
  void afterARestartWhatWasToldStaysOpenAndWhatWasNotGetsItsWholePatience() {
    give(ROLLBACK, null);
    at(0);
    assertEquals("1 warning", at(121));
    watch = new AnswerWatch();
    assertEquals("", at(5));
    assertEquals("", at(500), "told already");
    ledger.update(1, CommandStatus.DONE, null, null);
    assertEquals("over", at(501));
    give(ROLLBACK, null);
    watch = new AnswerWatch();
    assertEquals("", at(0));
    assertEquals("2 warning", at(121));
  }

  @Test
  void itsMessageSaysWhatToDo() {
    give(ROLLBACK, null);
    String message =
        AnswerWatch.verdict(ledger.get(1), Severity.WARNING, 121.4, PATIENCE_SECONDS).message();
    assertTrue(
        message.startsWith(
            "The training run has not fetched command 1 (rollback, issued 1970-01-01T00:00:00Z)"
                + " for 121 s. Check"),
        message);
  }

  private void give(Instruction instruction, String incident) {
    Origin origin = new Origin("because", incident, null);
    ledger.enter(ledger.draft(instruction, CommandStatus.PENDING, origin, 0, 0, 1));
  }

  /** Looks, and has the run tell what there is to tell. */
  private String at(long seconds) {
    Alarm open = run.openIncidents().isEmpty() ? null : run.openIncidents().get(0);
    Optional<AnswerWatch.News> news =
        watch.look(ledger.pending(), open, incidents, seconds * 1_000_000_000, PATIENCE_SECONDS);
    if (news.isEmpty()) {
      return "";
    }
    AnswerWatch.Late late = news.get().late();
    if (late == null) {
      run.close(open.verdict().kind(), 0, alarm -> assertEquals(Alarm.State.CLOSED, alarm.state()));
      return "over";
    }
    Command command = late.command();
    run.raise(
        AnswerWatch.verdict(command, late.severity(), late.waitedSeconds(), PATIENCE_SECONDS),
        command.id(),
        0,
        alarm -> {});
    return command.id() + " " + late.severity().wireName();
  }
}
