// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import io.foreshock.predictors.online.Severity;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The settings of one notifier.
 *
 * @param type kind of the notifier
 * @param name unique name in logs, metrics and the journal
 * @param url an incoming webhook, http or https
 * @param secret key of the HMAC-SHA256 signature; empty = unsigned (webhook only)
 * @param minSeverity alarms milder than this are not sent
 * @param closed whether the end of an incident is sent too
 * @param timeoutSeconds timeout of one attempt
 * @param attempts most attempts for one message
 * @param perSecond most messages per second; Slack accepts one
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

  private static final int MAX_PORT = 65_535;

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
      section.problem("name", "expected a unique name");
    }
    if (!canBePostedTo(settings.url)) {
      section.problem(
          "url",
          "'"
              + withoutSecrets(settings.url)
              + "' is not an http:// or https:// address with a host: letters, digits, '-' and '.'");
    }
    return settings;
  }

  private static boolean canBePostedTo(String url) {
    try {
      URI uri = new URI(url);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() <= MAX_PORT;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The address without its path, because whoever knows a webhook's path may post to it. */
  private static String withoutSecrets(String url) {
    return url.replaceFirst("^([a-z]*://)(?:[^/@]*@)?([^/?#]*).*", "$1$2");
  }
}
