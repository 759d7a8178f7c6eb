// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;

/**
 * What was recorded of a run, read piece by piece: a run may be larger than memory.
 *
 * <p>{@link Postmortem} asks for whole tracks of a few whole-step signals, and for all signals only
 * around an onset.
 */
public interface RunHistory {
  /**
   * A setting that was announced anew with another value.
   *
   * @param step the run's step then
   * @param segment the live segment then
   * @param name of the setting
   * @param before its value; null when it had none
   */
  record Change(long step, int segment, String name, Object before, Object after) {}

  /** The tree of segments, oldest first. */
  List<Segment> segments();

  /** Changes of the configuration, oldest first. */
  List<Change> changes();

  /**
   * One whole-step signal over steps {@code from} to {@code to} of a segment, at full resolution;
   * empty when it was not measured. Of the loss, a step whose value was not finite is there as NaN.
   */
  Track track(Signal signal, int segment, long from, long to);

  /**
   * All signals and layers over those steps, each at full resolution; those never sent left out.
   */
  List<Track> tracks(int segment, long from, long to);
}
