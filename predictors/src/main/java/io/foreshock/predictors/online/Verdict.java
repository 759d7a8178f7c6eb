// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one detector finds in one sample; incidents turn a series of them into alarms.
 *
 * @param where the signal that moved, and the layer and head it was measured in
 * @param measured the value, and what it was compared with
 * @param eta steps until the threshold or the divergence
 * @param probability of divergence within the horizon, 0…1; NaN when not given
 * @param message one plain sentence with the numbers, for the person on call
 * @param evidence name to number or text: what drove this, in order of weight
 */
public record Verdict(
    AlarmKind kind,
    Severity severity,
    Where where,
    Measured measured,
    Eta eta,
    double probability,
    String message,
    Map<String, Object> evidence) {

  /**
   * Where something moved.
   *
   * @param signal the signal that moved; null where the alarm is about none (a stalled run)
   * @param layer layer it was measured in: of an incident's first alarm, the one that moved first
   *     (later ones name that in their evidence, {@code first_layer}); null for a whole-step signal
   * @param head attention head, or {@code Sample.NO_HEAD}
   */
  public record Where(Signal signal, String layer, int head) {
    /** An alarm that is about no signal. */
    public static final Where NO_SIGNAL = new Where(null, null, Sample.NO_HEAD);
  }

  /**
   * What was measured.
   *
   * @param value NaN when it was not finite
   * @param threshold what it was compared with, same unit
   */
  public record Measured(double value, double threshold) {
    /** Nothing was measured. */
    public static final Measured NOTHING = new Measured(Double.NaN, Double.NaN);
  }

  /**
   * How far away it is.
   *
   * @param steps until the threshold or the divergence; NaN when not forecast, 0 when here
   * @param low lower end of the interval, NaN likewise
   * @param high upper end, may be infinite
   */
  public record Eta(double steps, double low, double high) {
    /** Not forecast. */
    public static final Eta UNKNOWN = new Eta(Double.NaN, Double.NaN, Double.NaN);
  }

  /** This verdict, no more severe than {@code limit}. */
  public Verdict atMost(Severity limit) {
    return severity.compareTo(limit) <= 0 ? this : with(limit, evidence);
  }

  /** This verdict with one more piece of evidence. */
  Verdict with(String name, Object what) {
    Map<String, Object> more = new LinkedHashMap<>(evidence);
    more.put(name, what);
    return with(severity, more);
  }

  private Verdict with(Severity newSeverity, Map<String, Object> newEvidence) {
    return new Verdict(kind, newSeverity, where, measured, eta, probability, message, newEvidence);
  }
}
