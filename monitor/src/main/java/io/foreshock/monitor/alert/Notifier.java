// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

/**
 * Brings one message to one place, once.
 *
 * <p>An attempt ends within the notifier's own timeout whatever the other side does; trying again,
 * spacing and counting are {@link NotifierQueue}'s. <b>Threads.</b> Called from one thread.
 */
public interface Notifier {
  /** Name in logs, metrics and the journal. */
  String name();

  /** Makes one attempt. Never throws for what the other side or the network does. */
  Delivery deliver(Notice notice) throws InterruptedException;
}
