// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** First and last step of each run's segment in a group of rows. */
final class StepExtents {
  /** First and last step of one segment. */
  static final class Extent {
    final int run;
    final int segment;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    private Extent(int run, int segment) {
      this.run = run;
      this.segment = segment;
    }
  }

  private final Map<Long, Extent> extents = new HashMap<>();
  private Extent newest = new Extent(-1, -1);

  void add(int run, int segment, long step) {
    if (newest.run != run || newest.segment != segment) {
      long key = (long) run << 32 | segment & 0xffff_ffffL;
      newest = extents.computeIfAbsent(key, k -> new Extent(run, segment));
    }
    newest.first = Math.min(newest.first, step);
    newest.last = Math.max(newest.last, step);
  }

  Collection<Extent> all() {
    return extents.values();
  }
}
