// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The saved state of a run.
 *
 * @param state position of the run
 * @param quiet whether no alarm was active when it was saved
 * @param configuration settings, by option name, that must be equal to continue the run
 * @param vectors vectors by name, in this order
 */
public record Checkpoint(
    TrainState state, boolean quiet, Map<String, String> configuration, List<Vector> vectors) {

  /**
   * A flat vector.
   *
   * @param name such as {@code parameters}
   * @param values its elements, not copied
   */
  public record Vector(String name, float[] values) {}

  public Checkpoint {
    configuration = Collections.unmodifiableMap(new LinkedHashMap<>(configuration));
    vectors = List.copyOf(vectors);
  }

  /** The vector of that name. */
  public float[] vector(String name) {
    return vectors.stream()
        .filter(vector -> vector.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the checkpoint has no vector " + name))
        .values();
  }
}
