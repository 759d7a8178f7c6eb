// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

/** How an attempt to deliver a message ended. */
public sealed interface Delivery {
  /** The other side took it. */
  record Delivered() implements Delivery {}

  /**
   * It may go better later: no answer, or one that is not about the message.
   *
   * @param waitMillis what the other side asked for; 0 when it asked for nothing
   */
  record TryAgain(String cause, long waitMillis) implements Delivery {}

  /** It will not go better: the other side says that the message is wrong. */
  record Refused(String cause) implements Delivery {}
}
