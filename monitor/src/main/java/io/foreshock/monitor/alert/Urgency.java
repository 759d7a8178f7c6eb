// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

/** How urgent a message is, the most urgent first. */
enum Urgency {
  /** Someone should be woken. */
  CRITICAL,
  /** The policy gave a command, or asks for approval of one. */
  COMMAND,
  WARNING,
  INFO,
  /** An incident is over. */
  CLOSED;

  static Urgency of(Notice notice) {
    if (notice.topic() == Notice.Topic.COMMAND) {
      return COMMAND;
    }
    if (notice.body().path("state").asText().equals("closed")) {
      return CLOSED;
    }
    return switch (notice.body().path("severity").asText()) {
      case "critical" -> CRITICAL;
      case "info" -> INFO;
      default -> WARNING;
    };
  }
}
