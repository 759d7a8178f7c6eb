// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.replay;

import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.util.Locale;
import java.util.function.Consumer;

/** One run as it is replayed: its watch, and what there was to tell. */
final class ReplayedRun {
  private final RunWatch watch;
  private final Consumer<Alarm> alarms;
  private long lines;
  private long late;
  private long incidents;
  private Alarm firstWarning;
  private Alarm firstCritical;

  ReplayedRun(String run, int horizonSteps, Consumer<Alarm> out) {
    watch = new RunWatch(run, horizonSteps);
    alarms =
        alarm -> {
          note(alarm);
          out.accept(alarm);
        };
  }

  /** Takes a line; one without a time is as new as can be. */
  void accept(Point point) throws MalformedLineException {
    if (!point.hasTime()) {
      point.setTimestamp(watch.lastTimeNanos() + 1);
    }
    RunWatch.Taken taken = watch.accept(point, alarms);
    lines++;
    late += taken == RunWatch.Taken.LATE ? 1 : 0;
  }

  /** What happened, in one line. */
  String summary() {
    Forecast forecast = watch.forecast();
    return String.format(
        Locale.ROOT,
        "%s: step %d, %d lines%s, %d segments, %d incidents, first warning %s, first critical %s,"
            + " final outlook %.2f",
        watch.run(),
        watch.lastStep(),
        lines,
        late == 0 ? "" : " (" + late + " late)",
        watch.segments().size(),
        incidents,
        where(firstWarning),
        where(firstCritical),
        forecast.probability());
  }

  private void note(Alarm alarm) {
    Severity severity = alarm.verdict().severity();
    incidents += alarm.state() == Alarm.State.OPEN ? 1 : 0;
    if (firstWarning == null && severity.compareTo(Severity.WARNING) >= 0) {
      firstWarning = alarm;
    }
    if (firstCritical == null && severity == Severity.CRITICAL) {
      firstCritical = alarm;
    }
  }

  private static String where(Alarm alarm) {
    return alarm == null
        ? "never"
        : "at step " + alarm.step() + " (" + alarm.verdict().kind().wireName() + ")";
  }
}
