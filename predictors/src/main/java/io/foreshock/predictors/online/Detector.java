// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A rule that reads one or a few signals of one run and finds one kind of trouble.
 *
 * <p><b>Promises every implementation keeps</b> (checked by {@code DetectorContract}): a sample
 * without its signals changes nothing; a non-finite value never enters a baseline and never blinds
 * it; a flagged value enters a baseline only by a written rule; irregular step spacing is allowed;
 * the same samples give the same verdicts however they were batched. While trouble lasts, each of
 * its samples gets a verdict; {@link Incidents} combines them.
 *
 * <p><b>Threads.</b> Not safe: one run, one owner. <b>Cost.</b> O(1) or O(window) per sample, no
 * allocation unless there is a verdict.
 */
public interface Detector {
  /** The kind of its alarms. */
  AlarmKind kind();

  /** The signals that it reads; always the same ones. It sees only lines that may hold them. */
  Set<Signal> signals();

  /** Whether it can judge the run now. */
  Judging judging();

  /** Reads the next sample in order and emits what it finds, if anything, to {@code verdicts}. */
  void update(Sample sample, Consumer<Verdict> verdicts);

  /** Whether the detector reads samples of that measurement. It is asked once. */
  default boolean reads(Measurement measurement) {
    return signals().stream().anyMatch(signal -> signal.measurement() == measurement);
  }

  /** Whether its verdicts may be critical in the first steps of a watch. */
  default boolean judgesFromFirstStep() {
    return false;
  }

  /**
   * Reads the configuration that the run announced; most detectors ignore it. It is not part of the
   * state, so the owner configures again after a restore.
   */
  default void configure(RunConfig config) {}

  /**
   * Notes that the run said that a new stage begins: level and noise of its signals may change. A
   * detector with a baseline takes a new one and stays awake meanwhile; others do nothing.
   */
  default void boundary() {}

  /** Saves or restores all of its state. */
  void exchange(State state);
}
