// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Signal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Writes a sketch as line protocol.
 *
 * <p>{@link LineWriter} cannot do this, because some senders write NaN as text, round their numbers
 * or leave out the count of non-finite values.
 */
final class ShapeLines {
  private static final long BEGINNING_NANOS = 1_700_000_000_000_000_000L;
  private static final double STEP_NANOS = 1e9;
  private static final int RATE_DIGITS = 7;
  private static final int MORE_DIGITS = 6;

  private final String run;
  private final Signals signals;
  private final Sketch sketch;
  private final StringBuilder text = new StringBuilder();
  private int nonfinite;
  private int nextEvaluation;
  private double now;

  ShapeLines(String run, Signals signals, Sketch sketch) {
    this.run = run;
    this.signals = signals;
    this.sketch = sketch;
  }

  String text(boolean configured) {
    if (configured) {
      LineWriter writer = new LineWriter();
      writer.config(run, new RunConfig(sketch.config), BEGINNING_NANOS);
      text.append(new String(writer.toByteArray(), StandardCharsets.UTF_8));
    }
    now = sketch.step(0) + 1;
    for (int i = 0; i < sketch.rows(); i++) {
      now += i == 0 ? 0 : sketch.secondsTo(i);
      row(i);
    }
    return text.toString();
  }

  private void row(int i) {
    long step = sketch.step(i);
    nonfinite = 0;
    if (sketch.boundaries.get(i)) {
      text.append("event,run=").append(run).append(" kind=\"stage_boundary\",step=").append(step);
      text.append("i ").append(BEGINNING_NANOS + step * STEP_NANOS).append('\n');
    }
    text.append("train_step,run=").append(run).append(sketch.ranks.length > 0 ? ",rank=0" : "");
    text.append(" step=").append(step).append('i');
    if (!sketch.unsent.get(i)) {
      value("loss", sketch.loss[i], sketch.digits);
    }
    if (signals.norm()) {
      value("grad_norm", sketch.norm[i], sketch.digits);
    }
    if (signals.rate()) {
      value("learning_rate", sketch.rate[i], RATE_DIGITS);
    }
    sketch.others.forEach((field, values) -> value(field, values[i], sketch.digits));
    if (sketch.skipped.get(i)) {
      text.append(",skipped=1i");
    }
    sketch.more.forEach((signal, values) -> more(signal, values[i]));
    if (sketch.nonFinite == Sketch.NonFinite.COUNTED) {
      text.append(",nonfinite=").append(nonfinite).append('i');
    }
    end(0);
    ranks(step, i);
    while (nextEvaluation < sketch.evaluations.size()
        && sketch.evaluations.get(nextEvaluation).row() == i) {
      evaluation(step, sketch.evaluations.get(nextEvaluation++));
    }
  }

  private void more(Signal signal, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    if (signal.integer()) {
      text.append(',').append(signal.wireName()).append('=').append((long) value).append('i');
    } else {
      value(signal.wireName(), value, MORE_DIGITS);
    }
  }

  /** Each rank but the one of the row itself. */
  private void ranks(long step, int row) {
    for (int rank = 1; rank < sketch.ranks.length; rank++) {
      text.append("train_step,run=").append(run).append(",rank=").append(rank);
      text.append(" step=").append(step).append('i');
      value(Signal.STEP_SECONDS.wireName(), sketch.ranks[rank][row], MORE_DIGITS);
      end(rank);
    }
  }

  private void evaluation(long step, Sketch.Evaluation evaluation) {
    text.append("evaluation,run=").append(run).append(",name=").append(evaluation.name());
    text.append(" step=").append(step).append('i');
    value("loss", evaluation.loss(), sketch.digits);
    end(1);
  }

  private void end(long laterNanos) {
    long nanos = BEGINNING_NANOS + Math.round(now * STEP_NANOS) + laterNanos;
    text.append(' ').append(nanos).append('\n');
  }

  private void value(String field, double value, int digits) {
    if (Double.isFinite(value)) {
      text.append(',').append(field).append('=').append(rounded(value, digits));
    } else if (sketch.nonFinite == Sketch.NonFinite.COUNTED) {
      nonfinite++;
    } else if (sketch.nonFinite == Sketch.NonFinite.TEXT) {
      String word = Double.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
      text.append(',').append(field).append('=').append(word);
    }
  }

  /** The number with that many significant digits. */
  static double rounded(double value, int digits) {
    return value == 0
        ? value
        : new BigDecimal(value, new MathContext(digits, RoundingMode.HALF_EVEN)).doubleValue();
  }
}
