// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.data.Batches;

/**
 * Hooks with which other code can interfere in {@link TrainLoop#run}, such as deliberate faults.
 * Each method of this interface leaves the run as it is.
 *
 * <p><b>Threads.</b> Called by the training thread only.
 */
interface TrainHooks {
  /** Leaves every run as it is. */
  TrainHooks NONE = new TrainHooks() {};

  /** Runs once, after the first checkpoint is saved and before the first step. */
  default void beforeFirstStep() {}

  /** Runs at the start of every step, before its batch is read. */
  default void beforeStep(long step) {}

  /** Runs once in every step, to read the batch that comes under that index. */
  default Batches.Batch batch(Batches batches, long index) {
    return batches.at(index);
  }

  /**
   * Runs twice in every step, to multiply the scheduled learning rate: when the optimizer needs it
   * and when it is reported.
   */
  default double learningRateFactor(long step) {
    return 1;
  }

  /**
   * Runs once in every step, after the parameters are updated and before the statistics are read.
   *
   * @param seconds that the step has taken so far
   */
  default void beforeReport(long step, double seconds) {}

  /**
   * Runs once in every step, when the statistics are read, to report how long the step took.
   *
   * @param seconds that it has really taken
   */
  default double reportedSeconds(long step, double seconds) {
    return seconds;
  }

  /** Runs at the end of every step, before its checkpoint is saved and commands are obeyed. */
  default void afterStep() {}
}
