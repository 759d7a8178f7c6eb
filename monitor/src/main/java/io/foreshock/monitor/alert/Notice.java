// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One message for one notifier.
 *
 * @param key notifier, incident and news: the same after a restart, so that nothing is told twice
 * @param notifier that it is for
 * @param topic what {@code body} is
 * @param body an alarm as in the contract, section 4, or a command as in section 3
 */
public record Notice(String key, String notifier, Topic topic, String run, ObjectNode body) {
  /** What a message is about. */
  public enum Topic {
    ALARM,
    COMMAND;

    /** Name in the webhook's header. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
