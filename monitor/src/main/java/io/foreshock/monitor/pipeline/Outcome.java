// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

/**
 * What became of a write.
 *
 * @param taken lines kept
 * @param dropped malformed lines
 * @param firstBadLine number of the first malformed line, from 1; 0 when none
 * @param message what is wrong with it; null when none
 * @param noRoom why some of the dropped lines, which are well-formed, are to be sent again later;
 *     null when none are
 */
public record Outcome(long taken, long dropped, long firstBadLine, String message, String noRoom) {
  /** Nothing to tell. */
  public static final Outcome NONE = new Outcome(0, 0, 0, null, null);

  private static final int MAX_MESSAGE = 300;

  public Outcome {
    if (message != null && message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE) + "…"; // names may be of any length
    }
  }

  /** An outcome of which nothing is to be sent again. */
  public Outcome(long taken, long dropped, long firstBadLine, String message) {
    this(taken, dropped, firstBadLine, message, null);
  }

  Outcome withNoRoom(String why) {
    return new Outcome(taken, dropped, firstBadLine, message, why);
  }
}
