// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningTest {
  @Test
  void anAlarmAboutACommandForetellsNothingOfTheTraining() {
    List<RaisedAlarm> alarms =
        List.of(alarm(AlarmKind.LOSS_SPIKE), alarm(AlarmKind.COMMAND_UNANSWERED));
    assertEquals(
        List.of(true, false), Warning.of(alarms).stream().map(Warning::isAboutTraining).toList());
  }

  private static RaisedAlarm alarm(AlarmKind kind) {
    String incident = "run/0/" + kind.wireName() + "/5";
    return RaisedAlarm.of(
        TestAlarms.alarm("run", kind, incident, 5, Alarm.State.OPEN, Severity.CRITICAL));
  }
}
