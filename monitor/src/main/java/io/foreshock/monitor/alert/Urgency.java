// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.predictors.online.Alarm;

/** How urgent a message is, the most urgent first. */
enum Urgency {
  /** A critical alarm: someone should be woken. */
  CRITICAL,
  /** The policy gave a command, or asks for approval of one. */
  COMMAND,
  WARNING,
  INFO,
  /** An incident is over. */
  CLOSED;

  static Urgency of(Notice notice) {
    if (notice.alarm() == null) {
      return COMMAND;
    }
    if (notice.alarm().state() == Alarm.State.CLOSED) {
      return CLOSED;
    }
    return switch (notice.alarm().severity()) {
      case CRITICAL -> CRITICAL;
      case WARNING -> WARNING;
      case INFO -> INFO;
    };
  }
}
