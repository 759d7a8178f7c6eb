// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

/**
 * Delivers a message to one target.
 *
 * <p>An attempt ends within the notifier's own timeout, whatever the target does. {@link
 * NotifierQueue} tries again, spaces attempts and counts them. <b>Threads.</b> One thread calls it.
 */
public interface Notifier {
  /** Makes one attempt. A failure of the target or the network is a result, not an exception. */
  Delivery deliver(Notice notice) throws InterruptedException;
}
