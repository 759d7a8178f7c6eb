// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.scaling.RunSummary;
import org.jspecify.annotations.Nullable;

/** A known run, which is in memory or parked on disk. */
sealed interface KnownRun permits Run, ParkedRun {
  /** The run after its last entry. */
  RunView view();

  /** Time of its newest line on the monitor's own clock. */
  long heardNanos();

  /** Whether it is paused, or somebody waits for it or its messages. */
  boolean awaited();

  /** Newest journal entry applied. */
  long appliedSequence();

  /** Newest journal entry that its snapshot covers. */
  long coveredSequence();

  /** The run's part in preflights of other runs; null when it is not useful for them. */
  @Nullable RunSummary summary();
}
