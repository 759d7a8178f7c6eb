// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.util.List;

/**
 * A run's alarms as far as they could be had.
 *
 * @param lines the contract's JSON objects, oldest first
 * @param unread why those in the store are not among them, only those that wait in memory; null
 *     when they are
 */
public record RunAlarms(List<String> lines, StoreException unread) {
  /**
   * All of them.
   *
   * @throws StoreException when those in the store could not be read
   */
  public List<String> all() {
    if (unread != null) {
      throw unread;
    }
    return lines;
  }
}
