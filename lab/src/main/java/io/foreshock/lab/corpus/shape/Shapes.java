// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The runs of a shape, a pure function of the seed. A shape's runs do not depend on the other
 * shapes.
 */
public final class Shapes {
  private static final long SEEDS_A_SHAPE = 1000;

  private Shapes() {}

  /** A run that is not computed yet. */
  public record Planned(Shape shape, String name, Signals signals, boolean configured, long seed) {
    /** Computes the run. */
    public ShapeRun run() {
      return new ShapeRun(name, shape, signals, configured, seed);
    }
  }

  /**
   * The runs of a shape, sorted by signals and configuration, so that turns spread both over the
   * splits.
   *
   * @param share share of the usual number of runs, above 0 to 1
   */
  public static List<Planned> of(Shape shape, long seed, double share) {
    int count = (int) Math.ceil(share * shape.runs());
    long first = seed * 1_000_000_007L + shape.name().hashCode() * SEEDS_A_SHAPE;
    Draw draw = new Draw(first);
    List<Signals> signals = new ArrayList<>(draw.deal(count, weights(shape)));
    Collections.sort(signals);
    List<Planned> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = String.format(Locale.ROOT, "shape-%s-%03d", shape.wireName(), i + 1);
      boolean configured = shape.alwaysConfigured() || i % 2 == 1;
      runs.add(new Planned(shape, name, signals.get(i), configured, first + i + 1));
    }
    return runs;
  }

  private static Map<Signals, Integer> weights(Shape shape) {
    Map<Signals, Integer> weights = new LinkedHashMap<>();
    for (Signals signals : Signals.values()) {
      weights.put(shape.needsNorm() ? signals.withNorm() : signals, 1);
    }
    return weights;
  }
}
