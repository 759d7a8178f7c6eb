// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.nio.charset.StandardCharsets;

/** Views of runs, for tests of other packages. */
public final class RunViews {
  private RunViews() {}

  /** A run after these lines; the tag {@code run} is added to each. */
  public static RunView of(String name, String... lines) {
    Run run = new Run(name, new RunWatch(name, 200));
    Sample sample = Sample.ofStep(0, 0);
    Point point = new Point();
    try {
      for (String line : lines) {
        byte[] text = line.replaceFirst(" ", ",run=r ").getBytes(StandardCharsets.UTF_8);
        new LineParser().parse(text, 0, text.length, point);
        if (point.measurement().equals("train_step")) {
          Telemetry.fill(sample, Measurement.TRAIN_STEP, point);
          run.accept(sample, point, alarm -> run.incidents.count(RaisedAlarm.of(alarm)));
        } else {
          run.accept(point, alarm -> run.incidents.count(RaisedAlarm.of(alarm)));
        }
      }
    } catch (MalformedLineException e) {
      throw new AssertionError(e);
    }
    run.publishView();
    return run.view();
  }
}
