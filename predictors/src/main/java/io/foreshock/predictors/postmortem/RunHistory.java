// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.postmortem;

import io.foreshock.predictors.telemetry.Segment;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recorded telemetry of a run, read in pieces because a run may be larger than memory.
 *
 * <p>{@link Postmortem} reads whole tracks of a few whole-step signals, and all signals only around
 * an onset.
 */
public interface RunHistory {
  /**
   * A setting that the run announced again with another value.
   *
   * @param step the run's step at that time
   * @param segment the live segment at that time
   * @param name name of the setting
   * @param before its earlier value; null when it had none
   * @param after its new value
   */
  record Change(long step, int segment, String name, @Nullable Object before, Object after) {}

  /** The segments, oldest first. */
  List<Segment> segments();

  /** Changes of the configuration, oldest first. */
  List<Change> changes();

  /**
   * One whole-step signal over steps {@code from} to {@code to} of a segment, at full resolution;
   * empty when it was not measured. A loss that was not finite is NaN.
   */
  Track track(Signal signal, int segment, long from, long to);

  /**
   * All signals and layers over those steps, each at full resolution; signals that were never sent
   * are left out.
   */
  List<Track> tracks(int segment, long from, long to);
}
