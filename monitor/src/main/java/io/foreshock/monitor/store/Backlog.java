// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.util.function.Predicate;

/**
 * What a store missed, read back from where it is safe.
 *
 * <p><b>Threads.</b> Each store reads on a thread of its own.
 */
public interface Backlog {
  /**
   * Hands over the entries above {@code after} up to {@code through}, oldest first, as batches none
   * of whose lines is certain to be new.
   *
   * @param taker returns whether it wants the next one
   * @throws IOException when they cannot be read
   */
  void read(long after, long through, Predicate<StoreBatch> taker) throws IOException;
}
