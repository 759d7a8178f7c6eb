// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.metrics.Meters;
import java.time.Clock;
import java.util.List;

/** Creates the configured notifiers. A new kind needs one more class and one more line here. */
public final class Notifiers {
  private Notifiers() {}

  /**
   * Creates a queue for each configured notifier; none sends yet.
   *
   * @param clock gives the time that a webhook signs
   */
  public static List<NotifierQueue> of(MonitorConfig config, Meters meters, Clock clock) {
    return config.notifiers().stream()
        .map(settings -> new NotifierQueue(notifier(settings, config, clock), settings, meters))
        .toList();
  }

  private static Notifier notifier(NotifierSettings settings, MonitorConfig config, Clock clock) {
    return switch (settings.type()) {
      case WEBHOOK -> new WebhookNotifier(settings, clock);
      case SLACK -> new SlackNotifier(settings, new RunLink(config));
    };
  }
}
