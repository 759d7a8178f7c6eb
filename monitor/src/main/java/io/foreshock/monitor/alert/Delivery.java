// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

/** The outcome of an attempt to deliver a message. */
public sealed interface Delivery {
  /** The target accepted the message. */
  record Delivered() implements Delivery {}

  /**
   * The attempt failed, but a later one may succeed: no answer, or one that is not about the
   * message.
   *
   * @param waitMillis how long the target asked to wait; 0 when it did not ask
   */
  record TryAgain(String cause, long waitMillis) implements Delivery {}

  /** No later attempt will succeed, because the target answered that the message is wrong. */
  record Refused(String cause) implements Delivery {}
}
