// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final List<NotifierSettings> NOTIFIERS =
      ConfigFile.parse(
              "test",
              """
              notifiers:
                - {name: all, url: "http://a", min_severity: info}
                - {name: pager, url: "http://b", min_severity: critical, closed: false}
              """)
          .notifiers();

  private final Outbox outbox = new Outbox();

  @Test
  void notifiesOnceAndAgainWhenItGetsWorse() {
    assertEquals("all", notified(Alarm.State.OPEN, Severity.WARNING));
    assertEquals("", notified(Alarm.State.UPDATE, Severity.WARNING));
    assertEquals("all,pager", notified(Alarm.State.UPDATE, Severity.CRITICAL));
    assertEquals("", notified(Alarm.State.UPDATE, Severity.CRITICAL));
    assertEquals("all", notified(Alarm.State.CLOSED, Severity.CRITICAL));
    assertEquals("", notified(Alarm.State.CLOSED, Severity.CRITICAL));
  }

  @Test
  void theEndOfWhatWasNotToldIsNotTold() {
    assertEquals("", notified(Alarm.State.CLOSED, Severity.WARNING));
  }

  @Test
  void whatWaitsSurvivesARestartAndWhatWasSettledDoesNot() {
    notified(Alarm.State.OPEN, Severity.CRITICAL);
    List<Notice> waiting = outbox.waiting();
    outbox.settle(waiting.get(0).key());
    Outbox restored = new Outbox();
    restored.restore(outbox.save());
    assertEquals(waiting.subList(1, 2), restored.waiting());
    assertEquals(
        List.of(), restored.alarm(alarm(Alarm.State.UPDATE, Severity.CRITICAL), NOTIFIERS));
  }

  @Test
  void aWorseMessageTakesThePlaceOfAMilderOneThatWaits() {
    notified(Alarm.State.OPEN, Severity.WARNING);
    notified(Alarm.State.UPDATE, Severity.CRITICAL);
    notified(Alarm.State.CLOSED, Severity.CRITICAL);
    assertEquals(
        List.of("all critical", "pager critical", "all closed"),
        outbox.waiting().stream()
            .map(n -> n.notifier() + n.key().substring(n.key().lastIndexOf('|')).replace('|', ' '))
            .toList());
  }

  @Test
  void ofTooManyTheLeastUrgentAreDroppedAndTheOldestOfThem() {
    outbox.alarm(alarm("bad", Alarm.State.OPEN, Severity.CRITICAL), NOTIFIERS.subList(0, 1));
    for (int i = 0; i < 1001; i++) {
      outbox.alarm(alarm("mild" + i, Alarm.State.OPEN, Severity.INFO), NOTIFIERS);
    }
    outbox.alarm(alarm("last", Alarm.State.OPEN, Severity.WARNING), NOTIFIERS);
    assertEquals(1000, outbox.waiting().size());
    assertEquals("all|bad|critical", outbox.waiting().get(0).key());
    assertEquals(
        List.of("all|mild0|info", "all|mild1|info", "all|mild2|info"),
        outbox.pollDropped().stream().map(Notice::key).toList());
    assertEquals(List.of(), outbox.pollDropped());
  }

  @Test
  void whatIsDroppedAtOnceIsNotSent() {
    for (int i = 0; i < 1000; i++) {
      outbox.alarm(alarm("bad" + i, Alarm.State.OPEN, Severity.CRITICAL), NOTIFIERS.subList(0, 1));
    }
    assertEquals(
        List.of(), outbox.alarm(alarm("mild", Alarm.State.OPEN, Severity.INFO), NOTIFIERS));
    assertEquals(1, outbox.pollDropped().size());
  }

  private String notified(Alarm.State state, Severity severity) {
    return String.join(
        ",",
        outbox.alarm(alarm(state, severity), NOTIFIERS).stream().map(Notice::notifier).toList());
  }

  private static RaisedAlarm alarm(Alarm.State state, Severity severity) {
    return alarm("run/0/loss_spike/5", state, severity);
  }

  private static RaisedAlarm alarm(String incident, Alarm.State state, Severity severity) {
    return TestAlarms.raised("run", incident, 5, state, severity);
  }
}
