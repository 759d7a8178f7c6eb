// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An incident's place in the list over all runs: newest alarm first, then by name in the order of
 * UTF-8 bytes, as DuckDB compares texts.
 *
 * @param timeNanos time of its newest alarm, since the epoch
 */
public record IncidentPlace(long timeNanos, String incident) implements Comparable<IncidentPlace> {
  @Override
  public int compareTo(IncidentPlace other) {
    int byTime = Long.compare(other.timeNanos, timeNanos);
    return byTime != 0 ? byTime : Arrays.compareUnsigned(bytes(), other.bytes());
  }

  private byte[] bytes() {
    return incident.getBytes(StandardCharsets.UTF_8);
  }
}
