// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.ArrayList;
import java.util.List;

/**
 * All combinations of variants, sizes, learning rates and seeds.
 *
 * @param seeds number of seeds, which count from 1
 * @param steps optimizer steps of every cell
 * @param options options of every cell; those of its variant override them
 */
record Grid(
    List<Variant> variants,
    List<Size> sizes,
    List<Double> rates,
    int seeds,
    long steps,
    TrainOptions options) {
  /** The warm-up takes one part in so many of a run, as in the paper. */
  private static final int WARMUP_PART = 20;

  /**
   * The cells. Their order is always the same, because a cell's index is its number on all
   * machines.
   *
   * <p>The defaults are 64 tokens per sequence, 8 sequences per step and a warm-up over a twentieth
   * of the run. {@code train} itself has a warm-up of fixed length.
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
