// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import org.jspecify.annotations.Nullable;

/** Unit of the timestamps in a write. */
public enum Precision {
  NANOSECONDS(0, 1),
  MICROSECONDS(1, 1_000),
  MILLISECONDS(2, 1_000_000),
  SECONDS(3, 1_000_000_000L),
  MINUTES(4, 60_000_000_000L),
  HOURS(5, 3_600_000_000_000L);

  private final byte code;
  private final long nanos;

  Precision(int code, long nanos) {
    this.code = (byte) code;
    this.nanos = nanos;
  }

  /** The unit's code in the journal, which never changes. */
  byte code() {
    return code;
  }

  /**
   * The unit of a code.
   *
   * @throws IllegalArgumentException when no unit has this code
   */
  static Precision ofCode(byte code) {
    for (Precision precision : values()) {
      if (precision.code == code) {
        return precision;
      }
    }
    throw new IllegalArgumentException("precision code " + code + " is unknown");
  }

  /** Nanoseconds in one unit. */
  public long nanos() {
    return nanos;
  }

  /**
   * The unit of {@code precision=} in InfluxDB 1 and 2; null means nanoseconds.
   *
   * @throws IllegalArgumentException when the name is unknown
   */
  public static Precision of(@Nullable String name) {
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
