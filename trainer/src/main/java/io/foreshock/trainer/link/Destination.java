// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import java.io.Closeable;
import java.io.IOException;

/** Where an {@link Outbox} delivers to. Called from the outbox's thread only. */
public interface Destination extends Closeable {

  /** How a delivery ended without an exception. */
  enum Outcome {
    /** All lines are where they belong. */
    DELIVERED,
    /** The lines are kept in the fallback file. */
    SET_ASIDE
  }

  /**
   * Delivers whole lines; may block and retry.
   *
   * @param lines encoded line protocol
   * @param lastChance whether the run is ending: no retries, no waiting
   * @throws IOException when the lines could be put nowhere; they are counted as dropped
   * @throws InterruptedException when the outbox gives up waiting; the lines are offered again with
   *     {@code lastChance}
   */
  Outcome deliver(byte[] lines, boolean lastChance) throws IOException, InterruptedException;
}
