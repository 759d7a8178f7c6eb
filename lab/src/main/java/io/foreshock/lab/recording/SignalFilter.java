// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hides from the predictors what a run would not have sent: all signals but some, its configuration
 * and the layers that have none of them.
 *
 * <p><b>Edges.</b> A count of non-finite values says nothing of which; it is kept for those of the
 * wanted signals that the run sent before and that this line lacks.
 *
 * <p><b>Threads.</b> Not safe: one run.
 */
public final class SignalFilter {
  private final Set<Signal> wanted;
  private final Set<Signal> known = EnumSet.noneOf(Signal.class);
  private final Sample kept = Sample.ofStep(0, 0);

  public SignalFilter(Set<Signal> wanted) {
    this.wanted = wanted;
  }

  /**
   * The signals of a comma-separated list of wire names.
   *
   * @throws IllegalArgumentException when one is unknown, or there is none
   */
  public static Set<Signal> parse(String names) {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (String name : names.split(",", -1)) {
      boolean found = false;
      for (Signal signal : Signal.values()) {
        if (signal.wireName().equals(name.strip())) {
          signals.add(signal); // update_rms is one of the step and one of the layer
          found = true;
        }
      }
      if (!found) {
        throw new IllegalArgumentException(
            "'" + name.strip() + "': expected some of " + String.join(", ", names()));
      }
    }
    return signals;
  }

  /** What is left of a line, valid until the next one; null when nothing is. */
  public Sample apply(Sample line) {
    kept.reset(line.measurement(), line.layer(), line.head(), line.step(), line.timeNanos());
    kept.inSegment(line.segment());
    for (Signal signal : wanted) {
      if (signal.measurement() != line.measurement()) {
        continue;
      }
      if (line.has(signal)) {
        known.add(signal);
        kept.set(signal, line.get(signal));
      } else if (line.nonfinite() > 0 && known.contains(signal)) {
        kept.addNonfinite(1);
      }
    }
    return kept.present() == 0 && kept.nonfinite() == 0 ? null : kept;
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (Signal signal : Signal.values()) {
      names.add(signal.wireName());
    }
    return names;
  }
}
