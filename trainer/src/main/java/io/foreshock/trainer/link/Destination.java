// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.Closeable;
import java.io.IOException;

/** The destination of an {@link Outbox}. It is called only from the thread of the outbox. */
public interface Destination extends Closeable {

  /** How a delivery ended without an exception. */
  enum Outcome {
    /** All lines reached the destination. */
    DELIVERED,
    /** The lines were written to the fallback file. */
    SET_ASIDE
  }

  /**
   * Delivers whole lines; may block and retry.
   *
   * @param lines encoded line protocol
   * @param lastChance whether the run is ending, so that there are no retries and no waiting
   * @throws IOException when the lines could not be written anywhere; they are counted as dropped
   * @throws InterruptedException when the outbox stops waiting; the lines are offered again with
   *     {@code lastChance}
   */
  Outcome deliver(byte[] lines, boolean lastChance) throws IOException, InterruptedException;
}
