// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import java.io.IOException;

/** Where the lines of logs go. */
interface Delivery {
  /**
   * Delivers whole lines; returns when they are taken.
   *
   * @throws IOException when they never will be; the message says why and what to do
   */
  void deliver(byte[] lines) throws IOException, InterruptedException;
}
