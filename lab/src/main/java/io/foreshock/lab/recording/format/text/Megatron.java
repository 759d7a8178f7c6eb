// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.lab.recording.format.text.TextRecord.Entry;

/**
 * Lines of Megatron-LM and its descendants.
 *
 * <p>The loss is the mean of the iterations since the line before. It is left out when it is not
 * finite, and when all of these iterations were skipped by the loss scaler.
 */
final class Megatron {
  private static final double SECONDS_PER_MILLISECOND = 1e-3;

  private static final String MILLISECONDS = "elapsed_time_per_iteration_(ms)";

  private Megatron() {}

  static boolean wrote(TextRecord record) {
    return record.has("consumed_samples") && record.has(MILLISECONDS) && record.step() != null;
  }

  static void mend(TextRecord record, LogSoFar log) {
    Entry step = record.step();
    long interval = step == null || log.step() < 0 ? 0 : (long) step.value() - log.step();
    if (interval > 0) {
      log.configure("loss_steps", interval);
    }
    Programs.totalSteps(record, log);
    record.accept();
    record.rename(MILLISECONDS, "step_seconds", SECONDS_PER_MILLISECOND);
    if (!hasLoss(record) && !allSkipped(record, interval)) {
      record.add("lm loss", Double.NaN);
    }
  }

  private static boolean hasLoss(TextRecord record) {
    return record.entries().stream().anyMatch(entry -> entry.name().normal().endsWith("loss"));
  }

  private static boolean allSkipped(TextRecord record, long interval) {
    Entry skipped = record.find("number_of_skipped_iterations");
    Entry nan = record.find("number_of_nan_iterations");
    return skipped != null
        && skipped.value() >= Math.max(1, interval)
        && (nan == null || nan.value() == 0);
  }
}
