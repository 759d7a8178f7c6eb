// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one detector says of one sample; incidents turn a run of them into alarms.
 *
 * @param signal the signal that moved; null where the alarm is about none (a stalled run)
 * @param layer layer it was measured in: of an incident's first alarm, the one that moved first
 *     (later ones name that in their evidence, {@code first_layer}); null for a whole-step signal
 * @param head attention head, or {@code Sample.NO_HEAD}
 * @param value what was measured; NaN when it was not finite
 * @param threshold what it was held against, same unit
 * @param etaSteps steps until the threshold or the divergence; NaN when not forecast, 0 when here
 * @param etaLow lower end of the ETA's interval, NaN likewise
 * @param etaHigh upper end, may be infinite
 * @param probability of divergence within the horizon, 0…1; NaN when not given
 * @param message one plain sentence with the numbers, for the person on call
 * @param evidence name to number or text: what drove this, in order of weight
 */
public record Verdict(
    AlarmKind kind,
    Severity severity,
    Signal signal,
    String layer,
    int head,
    double value,
    double threshold,
    double etaSteps,
    double etaLow,
    double etaHigh,
    double probability,
    String message,
    Map<String, Object> evidence) {

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
    return new Verdict(
        kind,
        newSeverity,
        signal,
        layer,
        head,
        value,
        threshold,
        etaSteps,
        etaLow,
        etaHigh,
        probability,
        message,
        newEvidence);
  }
}
