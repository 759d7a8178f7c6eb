// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import java.util.function.Consumer;

/**
 * Watches one or a few signals of one run for one kind of trouble.
 *
 * <p><b>Promises every implementation keeps</b> (checked by {@code DetectorContract}): a sample
 * without its signals changes nothing; a non-finite value never enters a baseline and never blinds
 * it; a flagged value enters a baseline only by a written rule; irregular step spacing is allowed;
 * the same samples give the same verdicts however they were batched. While trouble lasts, each of
 * its samples gets a verdict: {@link Incidents} tells a new one from an old one.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> O(1) or O(window) per sample, no
 * allocation unless there is something to say.
 */
public interface Detector {
  /** Takes the next sample in order and hands what it finds, if anything, to {@code verdicts}. */
  void update(Sample sample, Consumer<Verdict> verdicts);

  /** Whether samples of that measurement can concern it at all; asked once. */
  default boolean takes(Measurement measurement) {
    return true;
  }

  /**
   * Learns what the run announced of itself; most detectors need nothing of it. Not part of the
   * state: the owner configures again after a restore.
   */
  default void configure(RunConfig config) {}

  /** Shows all of its state to {@code state}, which saves or restores it. */
  void exchange(State state);
}
