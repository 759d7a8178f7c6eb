// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.predictors.telemetry.LineWriter;
import io.foreshock.predictors.telemetry.RunConfig;
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
  private static final long STEP_NANOS = 1_000_000_000L;
  private static final int RATE_DIGITS = 7;

  private final String run;
  private final Signals signals;
  private final Sketch sketch;
  private final StringBuilder text = new StringBuilder();
  private int nonfinite;

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
    for (int i = 0; i < sketch.rows(); i++) {
      row(i);
    }
    return text.toString();
  }

  private void row(int i) {
    long step = sketch.step(i);
    nonfinite = 0;
    text.append("train_step,run=").append(run).append(" step=").append(step).append('i');
    if (!sketch.unsent.get(i)) {
      value("loss", sketch.loss[i], sketch.digits);
    }
    if (signals.norm()) {
      value("grad_norm", sketch.norm[i], sketch.digits);
    }
    if (signals.rate()) {
      value("learning_rate", sketch.rate[i], RATE_DIGITS);
    }
    if (sketch.skipped.get(i)) {
      text.append(",skipped=1i");
    }
    if (sketch.nonFinite == Sketch.NonFinite.COUNTED) {
      text.append(",nonfinite=").append(nonfinite).append('i');
    }
    text.append(' ').append(BEGINNING_NANOS + (step + 1) * STEP_NANOS).append('\n');
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
