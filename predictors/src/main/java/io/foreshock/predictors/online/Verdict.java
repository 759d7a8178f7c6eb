// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Sample;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one detector finds in one sample; incidents turn a series of verdicts into alarms.
 *
 * @param where signal that moved, with the layer and head in which it was measured
 * @param measured the value and its threshold
 * @param eta steps until the threshold or the divergence
 * @param probability of divergence within the horizon, 0…1; NaN when not given
 * @param message plain text with the numbers, for the person on call
 * @param evidence names to numbers or texts that support the verdict, most important first
 * @param rule name of the user's rule that found it; null for a detector
 */
public record Verdict(
    AlarmKind kind,
    Severity severity,
    Where where,
    Measured measured,
    Eta eta,
    double probability,
    String message,
    Map<String, Object> evidence,
    @Nullable String rule) {

  /** A verdict of a detector. */
  public Verdict(
      AlarmKind kind,
      Severity severity,
      Where where,
      Measured measured,
      Eta eta,
      double probability,
      String message,
      Map<String, Object> evidence) {
    this(kind, severity, where, measured, eta, probability, message, evidence, null);
  }

  /** The kind of its alarms in JSON and in names of incidents: {@code rule.NAME} for a rule's. */
  public String kindName() {
    return rule == null ? kind.wireName() : kind.wireName() + "." + rule;
  }

  /**
   * The place of a verdict.
   *
   * @param signal field name of what moved; null for a verdict without a signal, such as a stalled
   *     run
   * @param layer layer in which it was measured; null for a whole-step signal. The first alarm of
   *     an incident names the layer that moved first; later ones name it in the evidence {@code
   *     first_layer}
   * @param head attention head, or {@code Sample.NO_HEAD}
   */
  public record Where(@Nullable String signal, @Nullable String layer, int head) {
    /** The place of a verdict without a signal. */
    public static final Where NO_SIGNAL = new Where(null, null, Sample.NO_HEAD);
  }

  /**
   * The measured value and its threshold.
   *
   * @param value NaN when it was not finite
   * @param threshold threshold with which it was compared, in the same unit
   */
  public record Measured(double value, double threshold) {
    /** Nothing was measured. */
    public static final Measured NOTHING = new Measured(Double.NaN, Double.NaN);
  }

  /**
   * The estimated number of steps until the threshold or the divergence.
   *
   * @param steps until the threshold or the divergence; NaN when not forecast, 0 when reached
   * @param low lower end of the interval; NaN when not forecast
   * @param high upper end of the interval; may be infinite
   */
  public record Eta(double steps, double low, double high) {
    /** Not forecast. */
    public static final Eta UNKNOWN = new Eta(Double.NaN, Double.NaN, Double.NaN);
  }

  /** Returns this verdict with a severity of at most {@code limit}. */
  public Verdict atMost(Severity limit) {
    return severity.compareTo(limit) <= 0 ? this : with(limit, evidence);
  }

  /** Returns this verdict with one more piece of evidence. */
  Verdict with(String name, Object what) {
    Map<String, Object> more = new LinkedHashMap<>(evidence);
    more.put(name, what);
    return with(severity, more);
  }

  /** Returns this verdict with one more sentence in its message. */
  Verdict saying(String sentence) {
    return new Verdict(
        kind,
        severity,
        where,
        measured,
        eta,
        probability,
        message + " " + sentence,
        evidence,
        rule);
  }

  private Verdict with(Severity newSeverity, Map<String, Object> newEvidence) {
    return new Verdict(
        kind, newSeverity, where, measured, eta, probability, message, newEvidence, rule);
  }
}
