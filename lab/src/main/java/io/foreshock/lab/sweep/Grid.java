// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.ArrayList;
import java.util.List;

/**
 * Variants × sizes × learning rates × seeds.
 *
 * @param seeds how many: from 1 up
 * @param steps of every cell
 * @param options of every cell; those of its variant take their places
 */
record Grid(
    List<Variant> variants,
    List<Size> sizes,
    List<Double> rates,
    int seeds,
    long steps,
    TrainOptions options) {
  /** Warm-up is this part of a run, as in the paper. */
  private static final int WARMUP_PART = 20;

  /**
   * The cells, always in the same order: a cell's place is its number on other machines.
   *
   * <p>Where the person says nothing else: 64 tokens a sequence, 8 sequences a step, and a warm-up
   * over a twentieth of the run, since {@code train}'s own is of fixed length.
   */
  List<Cell> cells() {
    TrainOptions common =
        TrainOptions.parse(
                "",
                List.of(
                    "--context=64",
                    "--batch=8",
                    "--warmup-steps=" + Math.max(1, steps / WARMUP_PART)))
            .with(options);
    List<Cell> cells = new ArrayList<>();
    for (Variant variant : variants) {
      List<String> of = common.with(variant.options()).arguments();
      for (Size size : sizes) {
        for (double rate : rates) {
          for (int seed = 1; seed <= seeds; seed++) {
            cells.add(new Cell(variant.name(), size, rate, seed, steps, of));
          }
        }
      }
    }
    return cells;
  }
}
