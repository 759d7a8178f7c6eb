// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.online.Verdict;
import io.foreshock.predictors.telemetry.Sample;
import java.util.Map;

/** Alarms that are made up: a loss that jumped to 9.0. */
public final class TestAlarms {
  private TestAlarms() {}

  /** One of a kind. */
  public static Alarm alarm(
      String run,
      AlarmKind kind,
      String incident,
      long step,
      Alarm.State state,
      Severity severity) {
    Verdict verdict =
        new Verdict(
            kind,
            severity,
            new Verdict.Where("loss", null, Sample.NO_HEAD),
            new Verdict.Measured(9, 3.5),
            Verdict.Eta.UNKNOWN,
            Double.NaN,
            "Loss jumped to 9.0 where 2.1 was expected; it's \"odd\".",
            Map.of());
    return new Alarm(run, 0, step, 5, incident, step, state, verdict);
  }

  /** A loss spike, raised. */
  public static RaisedAlarm raised(
      String run, String incident, long step, Alarm.State state, Severity severity) {
    return RaisedAlarm.of(alarm(run, AlarmKind.LOSS_SPIKE, incident, step, state, severity));
  }
}
