// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.scaling.RunSummary;

/** A run that people see: in memory, or parked on disk. */
sealed interface KnownRun permits Run, ParkedRun {
  /** As it stood after its last entry. */
  RunView view();

  /** When its newest line came, in the monitor's own time. */
  long heardNanos();

  /** Whether it is paused, or somebody waits for it or its messages. */
  boolean awaited();

  /** Newest journal entry applied. */
  long appliedSequence();

  /** Newest journal entry that its snapshot covers. */
  long coveredSequence();

  /** What others can be judged by; null when it is no use for that. */
  RunSummary summary();
}
