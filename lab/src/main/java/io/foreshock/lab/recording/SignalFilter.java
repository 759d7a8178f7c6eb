// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps only the wanted signals of a run. The other signals, and layers without a wanted signal,
 * are hidden from the predictors, as if the run did not send them. Evaluations always are.
 *
 * <p><b>Edges.</b> A line's count of non-finite values does not say which signals were non-finite.
 * The filter counts one for each wanted signal that the run sent before and that this line lacks.
 *
 * <p><b>Threads.</b> Not safe: one run.
 */
public final class SignalFilter {
  private static final Set<Signal> OF_TRAINING =
      EnumSet.complementOf(EnumSet.of(Signal.EVALUATION_LOSS));

  private final Set<Signal> wanted;
  private final Set<Signal> known = EnumSet.noneOf(Signal.class);
  private final Sample kept = Sample.ofStep(0, 0);

  public SignalFilter(Set<Signal> wanted) {
    this.wanted = wanted;
  }

  /**
   * The signals of a comma-separated list of wire names.
   *
   * @throws IllegalArgumentException when a name is unknown or the list is empty
   */
  public static Set<Signal> parse(String names) {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (String name : names.split(",", -1)) {
      boolean found = false;
      for (Signal signal : OF_TRAINING) {
        if (signal.wireName().equals(name.strip())) {
          signals.add(signal); // two signals share the name update_rms: of a step and of a layer
          found = true;
        }
      }
      if (!found) {
        throw new IllegalArgumentException(
            "'%s': expected a comma-separated list of %s"
                .formatted(name.strip(), String.join(", ", names())));
      }
    }
    return signals;
  }

  /** What is left of a line, valid until the next call; null when nothing is left. */
  public @Nullable Sample apply(Sample line) {
    kept.reset(line.measurement(), line.layer(), line.head(), line.step(), line.timeNanos());
    kept.inSegment(line.segment());
    if (line.hasForeignFields()) {
      kept.withForeignFields();
    }
    for (Signal signal : wanted) {
      if (signal.measurement() != line.measurement()) {
        continue;
      }
      if (line.has(signal)) {
        known.add(signal);
        kept.set(signal, line.get(signal));
      } else if (line.isBroken(signal)) {
        kept.set(signal, Double.NaN);
      } else if (line.nonfinite() > 0 && line.broken() == 0 && known.contains(signal)) {
        kept.addNonfinite(1);
      }
    }
    boolean empty = kept.present() == 0 && kept.nonfinite() == 0;
    boolean bare = line.present() == 0 && line.nonfinite() == 0; // it says that the loss is missing
    return empty && !bare ? null : kept;
  }

  private static Set<String> names() {
    return OF_TRAINING.stream()
        .map(Signal::wireName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
