// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.lab.recording.RunFile;
import io.foreshock.predictors.evaluation.Hindsight;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Computes a cell's row of results from its telemetry.
 *
 * <p><b>Definitions.</b> {@code loss} and {@code log_z_mean} are means over the last 5 % of the
 * logged steps, at least {@value #FEWEST} steps. {@code attention_logit_max} is the median of block
 * 0's values within 2 % of the run around the requested step. {@code attention_logit_max_run} is
 * the largest value of all blocks and steps. {@code grad_rms} is the geometric mean of block 0's
 * values over the last 10 % of the logged steps.
 *
 * <p><b>Edges.</b> A line leaves out a value that is not finite. A missing loss then counts as NaN
 * and a missing logit as ∞. A value that was never logged is null.
 */
final class CellReader {
  private static final int FEWEST = 10;
  private static final double LAST_LOSSES = 0.05;
  private static final double LAST_GRADIENTS = 0.10;
  private static final double AROUND = 0.02;

  private final EndedCell ended;
  private final long logitStep;
  private final Hindsight hindsight = new Hindsight();
  private final SignalLog losses = new SignalLog();
  private final SignalLog logZ = new SignalLog();
  private final SignalLog gradients = new SignalLog();
  private final SignalLog logits = new SignalLog();
  private RunConfig config = RunConfig.EMPTY;
  private double largestLogit = Double.NaN;
  private double tokens = Double.NaN;

  private CellReader(EndedCell ended, long logitStep) {
    this.ended = ended;
    this.logitStep = logitStep;
  }

  /**
   * The row of a cell that has ended.
   *
   * @param logitStep step at which {@code attention_logit_max} is measured; 0: half of the steps
   */
  static CellResult read(SweepFolder folder, EndedCell ended, long logitStep) {
    Cell cell = ended.cell();
    long step = logitStep > 0 ? logitStep : Math.max(1, cell.steps() / 2);
    if (ended.failed()) {
      return CellResult.failed(cell, step, ended.failure());
    }
    Path telemetry = folder.runs().telemetry(cell.run());
    CellReader reader = new CellReader(ended, step);
    try {
      new RunFile(telemetry).read(reader::configure, reader::accept);
    } catch (IOException e) {
      return CellResult.failed(cell, step, String.valueOf(e.getMessage()));
    }
    return reader.losses.size() == 0
        ? CellResult.failed(
            cell, step, telemetry + ": expected the telemetry of a run, found no loss")
        : reader.result();
  }

  private void configure(RunConfig announced) {
    config = config.with(announced);
  }

  private void accept(Sample sample) {
    hindsight.accept(sample);
    String layer = sample.layer();
    if (layer == null) {
      step(sample);
    } else if (Character.isDigit(layer.charAt(0))) {
      block(sample, layer.equals("0"));
    }
  }

  private void step(Sample sample) {
    boolean nonfinite = sample.nonfinite() > 0;
    losses.add(sample, Signal.LOSS, nonfinite ? Double.NaN : null);
    // A missing value may be non-finite or never sent. It counts as non-finite only if the run has
    // sent this signal before.
    logZ.add(sample, Signal.LOG_Z_MEAN, nonfinite && logZ.size() > 0 ? Double.NaN : null);
    if (sample.has(Signal.TOKENS)) {
      tokens = sample.get(Signal.TOKENS);
    }
  }

  private void block(Sample sample, boolean first) {
    boolean nonfinite = sample.nonfinite() > 0;
    boolean measured = sample.has(Signal.ATTENTION_LOGIT_MAX);
    if (measured || (nonfinite && !Double.isNaN(largestLogit))) {
      double logit = measured ? sample.get(Signal.ATTENTION_LOGIT_MAX) : Double.POSITIVE_INFINITY;
      largestLogit = Double.isNaN(largestLogit) ? logit : Math.max(largestLogit, logit);
    }
    if (first && sample.head() == Sample.NO_HEAD) {
      gradients.add(sample, Signal.GRAD_RMS, nonfinite && gradients.size() > 0 ? Double.NaN : null);
      if (Math.abs(sample.step() - logitStep) <= AROUND * ended.cell().steps()) {
        Double absent = nonfinite && !Double.isNaN(largestLogit) ? Double.POSITIVE_INFINITY : null;
        logits.add(sample, Signal.ATTENTION_LOGIT_MAX, absent);
      }
    }
  }

  private CellResult result() {
    Cell cell = ended.cell();
    Long parameters = whole(ConfigField.PARAMETERS_NON_EMBEDDING);
    OptionalDouble context = config.number(ConfigField.CONTEXT);
    Double flops = null;
    if (parameters != null && context.isPresent() && !Double.isNaN(tokens)) {
      flops =
          tokens
              * Flops.perToken(
                  parameters,
                  cell.size().layers(),
                  cell.size().width(),
                  (long) context.getAsDouble());
    }
    return new CellResult(
        cell,
        hindsight.onset().isPresent() ? Status.DIVERGED : Status.DONE,
        new CellResult.Cost(
            parameters,
            whole(ConfigField.PARAMETERS),
            Double.isNaN(tokens) ? null : (Long) (long) tokens,
            flops,
            ended.seconds()),
        new CellResult.Measured(
            losses.first(),
            losses.meanOfLast(LAST_LOSSES, FEWEST),
            logits.median(),
            logitStep,
            Double.isNaN(largestLogit) ? null : (Double) largestLogit,
            gradients.geometricMeanOfLast(LAST_GRADIENTS, FEWEST),
            logZ.meanOfLast(LAST_LOSSES, FEWEST)),
        null);
  }

  private @Nullable Long whole(ConfigField field) {
    OptionalDouble number = config.number(field);
    return number.isPresent() ? (Long) (long) number.getAsDouble() : null;
  }
}
