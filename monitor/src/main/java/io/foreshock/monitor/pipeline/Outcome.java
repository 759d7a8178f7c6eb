// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a write.
 *
 * @param taken lines accepted
 * @param dropped malformed lines
 * @param firstBadLine number of the first malformed line, from 1; 0 when none
 * @param message what is wrong with it; null when none
 * @param noRoom why the sender should send some dropped, well-formed lines again later; null when
 *     there are none
 */
public record Outcome(
    long taken,
    long dropped,
    long firstBadLine,
    @Nullable String message,
    @Nullable String noRoom) {
  /** The outcome of an entry without lines. */
  public static final Outcome NONE = new Outcome(0, 0, 0, null, null);

  private static final int MAX_MESSAGE = 300;

  public Outcome {
    if (message != null && message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE) + "…"; // names may be of any length
    }
  }

  /** An outcome without lines to send again. */
  public Outcome(long taken, long dropped, long firstBadLine, @Nullable String message) {
    this(taken, dropped, firstBadLine, message, null);
  }

  Outcome withNoRoom(@Nullable String why) {
    return new Outcome(taken, dropped, firstBadLine, message, why);
  }
}
