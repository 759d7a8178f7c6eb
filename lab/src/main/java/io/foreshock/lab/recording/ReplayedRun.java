// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.monitor.report.Figures;
import io.foreshock.predictors.evaluation.SpikeScore;
import io.foreshock.predictors.forecast.Forecast;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunEvent;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run during a replay: its predictors and the counts for its summary. */
public final class ReplayedRun {
  private final RunWatch watch;
  private final @Nullable SignalFilter filter;
  private final Sample sent = Sample.ofStep(0, 0);
  private @Nullable Sample seen = sent;
  private final Consumer<Alarm> alarms;
  private long lines;
  private long late;
  private long incidents;
  private final SpikeScore lossSpikes = new SpikeScore();
  private final SpikeScore gradNormSpikes = new SpikeScore();
  private @Nullable Alarm firstWarning;
  private @Nullable Alarm firstCritical;

  /**
   * A run without any line yet.
   *
   * @param filter hides a part of the telemetry from the predictors; null to hide nothing
   */
  public ReplayedRun(
      String run, Forecasting forecasting, @Nullable SignalFilter filter, Consumer<Alarm> out) {
    this.watch = forecasting.watch(run);
    this.filter = filter;
    alarms =
        alarm -> {
          note(alarm);
          out.accept(alarm);
        };
  }

  /** Adds the next line. A line without a time counts as newer than all lines before it. */
  public RunWatch.Use accept(Point point) throws MalformedLineException {
    if (!point.hasTime()) {
      point.setTimestamp(watch.lastTimeNanos() + 1);
    }
    RunWatch.Use use = feed(point);
    lines++;
    late += use == RunWatch.Use.LATE ? 1 : 0;
    return use;
  }

  /** The predictors of the run. */
  public RunWatch watch() {
    return watch;
  }

  /** The last step or layer line, as the run sent it; valid until the next line. */
  public Sample sent() {
    return sent;
  }

  /** The same line as the predictors saw it; null when all of it was hidden from them. */
  public @Nullable Sample seen() {
    return seen;
  }

  private RunWatch.Use feed(Point point) throws MalformedLineException {
    Measurement measurement = Measurement.of(point.measurement());
    if (measurement == Measurement.RUN_CONFIG && filter != null) {
      watch.understanding().other(point);
      return RunWatch.Use.OTHER;
    }
    if (measurement == null && filter != null && !RunEvent.isLine(point)) {
      watch.understanding().other(point); // an evaluation is hidden like any other signal
      return RunWatch.Use.OTHER;
    }
    if (measurement == null || measurement == Measurement.RUN_CONFIG) {
      return watch.accept(point, alarms);
    }
    int ignored = Telemetry.fill(sent, measurement, point);
    watch.understanding().sample(sent, point, ignored);
    countSpikes();
    seen = filter == null ? sent : filter.apply(sent);
    return seen == null
        ? RunWatch.Use.OTHER
        : watch.accept(seen, filter == null ? point : null, alarms);
  }

  private void countSpikes() {
    if (sent.has(Signal.LOSS)) {
      lossSpikes.add(sent.get(Signal.LOSS));
    }
    if (sent.has(Signal.GRAD_NORM)) {
      gradNormSpikes.add(sent.get(Signal.GRAD_NORM));
    }
  }

  /** A line that summarizes what happened. */
  public String summary() {
    Forecast forecast = watch.forecast();
    return String.format(
        Locale.ROOT,
        "%s: step %d, %d lines%s, %d segments, %d incidents, first warning %s, first critical %s,"
            + " final forecast %.2f, spike score %s",
        watch.run(),
        watch.lastStep(),
        lines,
        late == 0 ? "" : " (" + late + " late)",
        watch.segments().size(),
        incidents,
        where(firstWarning),
        where(firstCritical),
        forecast.probability(),
        Figures.percent(lossSpikes.percent() / 100, 2)
            + " (loss), "
            + Figures.percent(gradNormSpikes.percent() / 100, 2)
            + " (gradient norm)");
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

  private static String where(@Nullable Alarm alarm) {
    return alarm == null
        ? "never"
        : "at step " + alarm.step() + " (" + alarm.verdict().kindName() + ")";
  }
}
