// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.function.IntConsumer;

/**
 * Runs the independent pieces of a long fit, because this module has no threads of its own.
 *
 * <p>The result does not depend on the order or on the number of pieces that run at once. Example:
 * {@code (count, piece) -> IntStream.range(0, count).parallel().forEach(piece)}.
 */
@FunctionalInterface
public interface Pieces {
  /** Runs the pieces one after the other, on the caller's thread. */
  Pieces IN_TURN =
      (count, piece) -> {
        for (int i = 0; i < count; i++) {
          piece.accept(i);
        }
      };

  /** Runs pieces 0 to {@code count − 1}, each once, and returns when all are done. */
  void run(int count, IntConsumer piece);
}
