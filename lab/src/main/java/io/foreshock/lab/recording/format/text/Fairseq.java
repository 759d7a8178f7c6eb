// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

/**
 * Lines of fairseq.
 *
 * <p>At the end of an epoch it prints the means of the epoch. Where it prints lines within the
 * epoch too, these means are no values of the last step, so they are left out.
 */
final class Fairseq {
  private Fairseq() {}

  static boolean wrote(TextRecord record) {
    return record.has("num_updates") || record.has("train_num_updates");
  }

  static void mend(TextRecord record, LogSoFar log) {
    boolean inner = !Double.isNaN(record.count()) || record.has("update");
    if (record.isEvaluation() || record.has("valid_loss")) {
      return;
    }
    if (inner) {
      log.setInnerSteps();
    } else if (log.hasInnerSteps()) {
      record.reject();
    }
  }
}
