// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.TestAlarms;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import org.junit.jupiter.api.Test;

class RaisedAlarmTest {
  private static final Alarm ALARM =
      TestAlarms.alarm(
          "r", AlarmKind.NONFINITE, "r/0/nonfinite/3", 7, Alarm.State.UPDATE, Severity.CRITICAL);

  @Test
  void whatIsReadBackIsWhatWasRaised() {
    RaisedAlarm raised = RaisedAlarm.of(ALARM);
    RaisedAlarm read = RaisedAlarm.read(Json.tree(Json.text(raised)));
    assertEquals(Json.text(AlarmJson.of(ALARM)), Json.text(raised), "the contract's object");
    assertEquals(Json.text(raised), Json.text(read));
    assertEquals("r", read.run());
    assertEquals(7, read.step());
    assertEquals(5, read.timeNanos());
    assertEquals("r/0/nonfinite/3", read.incident());
    assertEquals(Alarm.State.UPDATE, read.state());
    assertEquals(Severity.CRITICAL, read.severity());
    assertEquals("nonfinite", read.kind());
    assertEquals("loss", read.text("signal"));
    assertNull(read.text("layer"));
    assertEquals(3.5, read.number("threshold"));
    assertEquals(Double.NaN, read.number("eta_steps"));
  }

  @Test
  void theWholeAlarmCanBeReadBack() {
    Alarm read = AlarmJson.read(Json.tree(Json.text(AlarmJson.of(ALARM))));
    assertEquals(3, read.openedStep(), "by its incident's name");
    assertEquals(ALARM.verdict(), read.verdict());
    assertEquals(AlarmJson.of(ALARM), AlarmJson.of(read));
  }

  @Test
  void anAlarmOfAnUnknownKindStaysWhatItIs() {
    ObjectNode json = AlarmJson.of(ALARM).put("kind", "bad_weather");
    assertEquals("bad_weather", RaisedAlarm.read(json).kind());
    assertThrows(IllegalArgumentException.class, () -> AlarmJson.read(json));
  }

  @Test
  void whatIsNoAlarmIsRefused() {
    for (String json : new String[] {"{}", "[]", "null", "{\"time\":\"soon\"}"}) {
      assertThrows(IllegalArgumentException.class, () -> RaisedAlarm.read(Json.tree(json)));
    }
  }
}
