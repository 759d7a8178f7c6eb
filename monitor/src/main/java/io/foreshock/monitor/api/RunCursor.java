// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A run's place in the list: the time of its newest line, newest first, then its name.
 *
 * @param timeNanos since the epoch
 */
record RunCursor(long timeNanos, String run) implements Comparable<RunCursor> {
  /**
   * Reads a place from a text that {@link #text} made.
   *
   * @throws IllegalArgumentException when the text is no place
   */
  static RunCursor of(String text) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int colon = plain.indexOf(':');
      return new RunCursor(Long.parseLong(plain, 0, colon, 10), plain.substring(colon + 1));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "after = '" + text + "': expected the value in the Link header of the previous page", e);
    }
  }

  /** The place as a text for URLs. */
  String text() {
    byte[] plain = (timeNanos + ":" + run).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(plain);
  }

  @Override
  public int compareTo(RunCursor other) {
    int byTime = Long.compare(other.timeNanos, timeNanos);
    return byTime != 0 ? byTime : run.compareTo(other.run);
  }
}
