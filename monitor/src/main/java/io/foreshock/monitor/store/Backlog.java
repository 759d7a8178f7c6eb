// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a store missed, read back from where it is safe.
 *
 * <p><b>Threads.</b> Each store reads on a thread of its own.
 */
public interface Backlog {
  /**
   * Entries that were acknowledged and that nobody can hand over any more.
   *
   * @param from sequence of the first
   * @param to sequence of the last
   */
  record Gap(long from, long to) {}

  /** What is gone of the entries above {@code after}, oldest first. */
  default List<Gap> gaps(long after) {
    return List.of();
  }

  /**
   * Hands over the entries above {@code after} up to {@code through}, oldest first, as batches none
   * of whose lines is certain to be new.
   *
   * @param taker returns whether it wants the next one
   * @throws IOException when they cannot be read
   */
  void read(long after, long through, Predicate<StoreBatch> taker) throws IOException;
}
