// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import org.jspecify.annotations.Nullable;

/** The heap that new series may use. */
interface HeapRoom {
  /** Room without a limit, for a reader that keeps no series. */
  HeapRoom UNLIMITED =
      new HeapRoom() {
        @Override
        public boolean reserve(long bytes, int series) {
          return true;
        }

        @Override
        public @Nullable String reason() {
          return null;
        }
      };

  /** Makes room if necessary, and reserves it; returns whether there was enough. */
  boolean reserve(long bytes, int series);

  /** Why there is no room; null when there is. */
  @Nullable String reason();
}
