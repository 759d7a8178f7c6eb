// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.Name.Kind;

/**
 * Lines that begin with the epoch and the iteration in brackets: {@code Epoch(train) [2][20/500]}
 * of MMEngine, {@code Epoch [2][20/500]} of MMCV, {@code Epoch: [2][ 20/500]} of PyTorch's
 * examples.
 *
 * <p>The iteration counts within the epoch, whose length is told. MMEngine and MMCV count epochs
 * from 1, PyTorch's examples, which write a colon, from 0.
 */
final class Brackets {
  private Brackets() {}

  static boolean wrote(TextRecord record) {
    return !Double.isNaN(record.bracketsFrom());
  }

  static void mend(TextRecord record, LogSoFar log) {
    double epochs = record.epoch() - log.epochsFrom(record.bracketsFrom(), record.epoch());
    double step = epochs * record.countTotal() + record.count();
    if (!record.isEvaluation()) {
      record.add("step", Math.max(0, step));
    } else if (record.has(Kind.OTHER)) {
      record.accept(); // such as accuracies, in a line that counts the batches of the evaluation
    }
  }
}
