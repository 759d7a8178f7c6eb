// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The entries that a store missed, read from the journal.
 *
 * <p><b>Threads.</b> Each store reads on a thread of its own.
 */
public interface Backlog {
  /**
   * Acknowledged entries that are lost.
   *
   * @param from sequence of the first
   * @param to sequence of the last
   */
  record Gap(long from, long to) {}

  /** The lost entries above {@code after}, oldest first. */
  default List<Gap> gaps(long after) {
    return List.of();
  }

  /**
   * Reads the entries above {@code after} up to {@code through}, oldest first, as batches whose
   * lines the store may hold already.
   *
   * @param taker receives each batch; returns whether it wants the next one
   * @throws IOException when they cannot be read
   */
  void read(long after, long through, Predicate<StoreBatch> taker) throws IOException;
}
