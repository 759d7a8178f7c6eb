// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/** Unit of the timestamps in a write. New units go to the end: the journal holds the ordinal. */
public enum Precision {
  NANOSECONDS(1),
  MICROSECONDS(1_000),
  MILLISECONDS(1_000_000),
  SECONDS(1_000_000_000L),
  MINUTES(60_000_000_000L),
  HOURS(3_600_000_000_000L);

  private final long nanos;

  Precision(long nanos) {
    this.nanos = nanos;
  }

  /** Nanoseconds in one unit. */
  public long nanos() {
    return nanos;
  }

  /**
   * The unit that {@code precision=} names, as InfluxDB 1 and 2 write them; null means nanoseconds.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Precision of(String name) {
    if (name == null || name.isEmpty()) {
      return NANOSECONDS;
    }
    return switch (name) {
      case "ns", "n" -> NANOSECONDS;
      case "us", "u", "µ" -> MICROSECONDS;
      case "ms" -> MILLISECONDS;
      case "s" -> SECONDS;
      case "m" -> MINUTES;
      case "h" -> HOURS;
      default ->
          throw new IllegalArgumentException(
              "precision = '" + name + "': expected ns, us, ms or s (v1 also n, u, m, h)");
    };
  }
}
