// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import io.foreshock.predictors.online.Severity;

/**
 * One place that alarms are sent to.
 *
 * @param type how the message is made
 * @param name in logs, metrics and the journal; unique
 * @param url an incoming webhook, http or https
 * @param secret key of the HMAC-SHA256 signature; empty = unsigned (webhook only)
 * @param minSeverity alarms milder than this are not sent
 * @param closed whether the end of an incident is told too
 * @param timeoutSeconds for one attempt
 * @param attempts how often one message is tried
 * @param perSecond most messages a second; Slack takes one
 */
public record NotifierSettings(
    Type type,
    String name,
    String url,
    String secret,
    Severity minSeverity,
    boolean closed,
    int timeoutSeconds,
    int attempts,
    double perSecond) {

  /** Kinds of notifiers. */
  public enum Type {
    WEBHOOK,
    SLACK
  }

  static NotifierSettings read(Section section) {
    NotifierSettings settings =
        new NotifierSettings(
            section.choice("type", Type.WEBHOOK),
            section.text("name", ""),
            section.text("url", ""),
            section.text("secret", ""),
            section.choice("min_severity", Severity.WARNING),
            section.flag("closed", true),
            (int) section.integer("timeout_seconds", 10, 1, 300),
            (int) section.integer("attempts", 30, 1, 1000),
            section.number("per_second", 1, 0.001, 1000));
    if (settings.name.isBlank()) {
      section.problem("name", "expected a name of its own");
    }
    if (!settings.url.startsWith("http://") && !settings.url.startsWith("https://")) {
      section.problem("url", "expected an http or https address");
    }
    return settings;
  }
}
