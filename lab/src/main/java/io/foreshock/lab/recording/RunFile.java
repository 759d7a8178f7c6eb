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
import org.jspecify.annotations.Nullable;

/**
 * A file with the telemetry of one run, written by a tool of this repository. One bad line is an
 * error for the whole file. {@link Recording} reads files of other origin and skips bad lines.
 *
 * @param file the file, which is not opened yet
 */
public record RunFile(Path file) {
  /**
   * Passes on every configuration and every sample of the run, in order.
   *
   * @param samples receives the same object each time, with new values
   * @throws IOException when the file cannot be read to its end, or when it contains a bad line;
   *     the message names the file and the first bad line's number
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
    private @Nullable String problem;

    Lines(Consumer<RunConfig> configured, Consumer<Sample> samples) {
      this.configured = configured;
      this.samples = samples;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      Measurement measurement = Measurement.ofSamples(point.measurement());
      if (Measurement.of(point.measurement()) == Measurement.RUN_CONFIG) {
        configured.accept(Telemetry.config(point));
      } else if (measurement != null) {
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
