// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.online.Verdict.Eta;
import io.foreshock.predictors.online.Verdict.Measured;
import io.foreshock.predictors.online.Verdict.Where;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builder of a {@link Verdict}; parts that are not set are absent. */
final class Finding {
  private final AlarmKind kind;
  private final Severity severity;
  private final Map<String, Object> evidence = new LinkedHashMap<>();
  private Where where;
  private Measured measured = Measured.NOTHING;
  private Eta eta = Eta.UNKNOWN;
  private double probability = Double.NaN;

  Finding(AlarmKind kind, Severity severity, @Nullable Signal signal) {
    this.kind = kind;
    this.severity = severity;
    where = new Where(signal == null ? null : signal.wireName(), null, Sample.NO_HEAD);
  }

  /** Sets the layer and head where it was seen. */
  Finding at(Sample sample) {
    where = new Where(where.signal(), sample.layer(), sample.head());
    return this;
  }

  Finding value(double value, double threshold) {
    measured = new Measured(value, threshold);
    return this;
  }

  /** Sets the steps until the threshold, with the ends of the interval. */
  Finding eta(double steps, double low, double high) {
    eta = new Eta(steps, low, high);
    return this;
  }

  Finding probability(double chance) {
    probability = chance;
    return this;
  }

  Finding evidence(String name, Object what) {
    evidence.put(name, what);
    return this;
  }

  /** Emits the verdict with its message. */
  void emit(Consumer<Verdict> verdicts, String message) {
    verdicts.accept(
        new Verdict(kind, severity, where, measured, eta, probability, message, evidence));
  }

  /** A number of steps to go, for a message: a whole one, because nobody waits for half a step. */
  static String steps(double steps) {
    return figure(Math.rint(steps)).replaceFirst("\\.0$", "");
  }

  /** Formats a number for a message: three significant digits, and an exponent only below 1e-4. */
  static String figure(double number) {
    double size = Math.abs(number);
    if (Double.isInfinite(number)) {
      return number > 0 ? "infinite" : "-infinite";
    }
    if (!(size < 1e15)) {
      return Double.isNaN(number) ? "unknown" : number > 0 ? "very many" : "-very many";
    }
    if (size >= 100 || size == 0) {
      return Long.toString(Math.round(number));
    }
    if (size < 1e-4) {
      return Float.toString((float) number);
    }
    double unit = size >= 10 ? 10 : size >= 1 ? 100 : size >= 0.1 ? 1e3 : size >= 0.01 ? 1e4 : 1e6;
    return Float.toString((float) (Math.rint(number * unit) / unit));
  }
}
