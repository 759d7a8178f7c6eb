// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Comparator;
import java.util.List;

/**
 * A numeric field of a run's lines, and what came of it so far. The counts {@code step} and {@code
 * nonfinite} and the fields of {@code run_config} are not among these.
 *
 * @param layers the layers that sent it, in the order of a model; empty when it has none
 * @param firstStep lowest step that has a value
 * @param lastStep step of its newest value in its newest segment
 * @param lastValue that value; the greatest one where layers, heads or tags sent several
 */
public record StoredSignal(
    String measurement,
    String field,
    List<String> layers,
    long firstStep,
    long lastStep,
    double lastValue) {
  private static final Comparator<String> FROM_BOTTOM_TO_TOP =
      Comparator.comparingInt(StoredSignal::rank)
          .thenComparingInt(String::length)
          .thenComparing(Comparator.naturalOrder());

  /** Sorts the layers. */
  public StoredSignal {
    layers = layers.stream().sorted(FROM_BOTTOM_TO_TOP).toList();
  }

  /** The embedding, the blocks by number, layers of other names, the head. */
  private static int rank(String layer) {
    return switch (layer) {
      case "embedding" -> 0;
      case "head" -> 3;
      default -> layer.chars().allMatch(Character::isDigit) ? 1 : 2;
    };
  }
}
