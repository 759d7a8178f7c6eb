// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Signal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which detectors read a signal, by the kinds of their alarms. Safe from any thread. */
public final class JudgedBy {
  private static final List<Detector> DETECTORS = DetectorBank.fresh().all();

  private JudgedBy() {}

  /** The kinds of alarms of the detectors that read the signal, in the order of the enum. */
  public static Set<AlarmKind> kinds(Signal signal) {
    Set<AlarmKind> kinds =
        DETECTORS.stream()
            .filter(detector -> detector.signals().contains(signal))
            .map(Detector::kind)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(AlarmKind.class)));
    if (signal == Signal.STEP_SECONDS) {
      kinds.add(AlarmKind.STRAGGLER); // no detector finds it, because late lines count too
    }
    return kinds;
  }
}
