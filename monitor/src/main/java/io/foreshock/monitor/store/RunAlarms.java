// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's alarms, as far as they could be read.
 *
 * @param lines the contract's JSON objects, oldest first
 * @param unread why the store could not be read, so that only alarms waiting in memory are here;
 *     null when it could
 */
public record RunAlarms(List<String> lines, @Nullable StoreException unread) {
  /**
   * All alarms.
   *
   * @throws StoreException when the store could not be read
   */
  public List<String> all() {
    if (unread != null) {
      throw unread;
    }
    return lines;
  }
}
