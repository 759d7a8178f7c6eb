// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CommandLedgerTest {
  private static final long NOW_MILLIS = 1_770_000_000_000L;
  private static final long DAY_MILLIS = 86_400_000;

  private final CommandLedger ledger = new CommandLedger("run");

  @Test
  void aLedgerMadeNewGivesAnIdAboveAnyEarlierOne() {
    long before = 0;
    for (int i = 0; i < 3; i++) {
      before = enter(ledger, NOW_MILLIS + i).id();
    }
    CommandLedger forgetful = new CommandLedger("run");
    long id = enter(forgetful, NOW_MILLIS + 3).id();
    assertTrue(id > before, id + " after " + before);
    assertTrue(id < 1L << 53, "a JSON number that every reader keeps exact");
  }

  @Test
  void idsRiseWithinAMillisecondAndWhenTheClockGoesBack() {
    assertEquals(NOW_MILLIS, enter(ledger, NOW_MILLIS).id());
    assertEquals(NOW_MILLIS + 1, enter(ledger, NOW_MILLIS).id());
    assertEquals(NOW_MILLIS + 2, enter(ledger, NOW_MILLIS - DAY_MILLIS).id());
    assertEquals(1, enter(new CommandLedger("young"), 0).id());
  }

  @Test
  void anIdIsNotGivenTwiceThoughItsCommandIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      enter(ledger, 0);
    }
    Origin origin = new Origin("because", null, null);
    Command done =
        ledger.draft(new Instruction.Plain(CommandName.PAUSE), CommandStatus.DONE, origin, 0, 0, 1);
    ledger.enter(done);
    assertEquals(1000, ledger.all().size());
    assertTrue(enter(ledger, 0).id() > done.id());
  }

  @Test
  void aTrainingRunThatIsAheadOfTheClockGetsTheNextCommandAllTheSame() {
    long after = NOW_MILLIS + 5000; // another monitor's clock was ahead by that much
    ledger.adopt(ledger.idToAdopt(after, NOW_MILLIS).orElseThrow());
    assertTrue(enter(ledger, NOW_MILLIS).id() > after);
    assertEquals(OptionalLong.empty(), ledger.idToAdopt(after, NOW_MILLIS), "once is enough");
  }

  @Test
  void anIdOfTheSameMillisecondIsTaken() {
    ledger.adopt(ledger.idToAdopt(NOW_MILLIS, NOW_MILLIS).orElseThrow());
    assertTrue(enter(ledger, NOW_MILLIS).id() > NOW_MILLIS);
  }

  @Test
  void adoptsNoIdThatNoMonitorCanHaveGiven() {
    for (long nonsense : new long[] {NOW_MILLIS + DAY_MILLIS + 1, 1L << 53, Long.MAX_VALUE}) {
      assertEquals(OptionalLong.empty(), ledger.idToAdopt(nonsense, NOW_MILLIS));
    }
    assertEquals(
        OptionalLong.empty(), ledger.idToAdopt(3, NOW_MILLIS), "the next is higher anyway");
    assertEquals(NOW_MILLIS, enter(ledger, NOW_MILLIS).id());
  }

  private static Command enter(CommandLedger ledger, long millis) {
    Origin origin = new Origin("because", null, null);
    Command command =
        ledger.draft(
            new Instruction.Plain(CommandName.PAUSE),
            CommandStatus.PENDING,
            origin,
            millis * 1_000_000,
            0,
            1);
    ledger.enter(command);
    return command;
  }
}
