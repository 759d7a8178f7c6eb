// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A file with the telemetry of one run, all of it good: what this repository's own tools write and
 * compute from. Where a stranger's file is read, a bad line loses no other ({@link Recording}).
 */
public final class RunFile {
  private final Path file;

  /** The file, not opened yet. */
  public RunFile(Path file) {
    this.file = file;
  }

  /**
   * Hands over what the run announced and every sample, in order.
   *
   * @param samples is given one and the same sample, filled anew
   * @throws IOException when the file cannot be read to its end, or with the first bad line's
   *     number, at the end; the message names the file
   */
  public void read(Consumer<RunConfig> configured, Consumer<Sample> samples) throws IOException {
    Lines lines = new Lines(configured, samples);
    try {
      new Recording(file).read(lines);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (lines.problem != null) {
      throw new IOException(file + ":" + lines.problem);
    }
  }

  private static final class Lines implements LineReader.Lines {
    private final Consumer<RunConfig> configured;
    private final Consumer<Sample> samples;
    private final Sample sample = Sample.ofStep(1, 0);
    private String problem;

    Lines(Consumer<RunConfig> configured, Consumer<Sample> samples) {
      this.configured = configured;
      this.samples = samples;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      Measurement measurement = Measurement.of(point.measurement());
      if (measurement == Measurement.RUN_CONFIG) {
        configured.accept(Telemetry.config(point));
      } else if (Measurement.isSample(measurement)) {
        Telemetry.fill(sample, measurement, point);
        samples.accept(sample);
      }
    }

    @Override
    public void bad(long number, String reason) {
      problem = problem == null ? number + ": " + reason : problem;
    }
  }
}
