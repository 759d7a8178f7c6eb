// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.MonitorConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Addresses of the dashboard's pages, for people. */
public final class RunLink {
  private final String base;

  /** Links to where the configuration says people reach the dashboard. */
  public RunLink(MonitorConfig config) {
    this.base =
        config.access().publicUrl().isEmpty()
            ? "http://" + config.access().host() + ":" + config.access().port()
            : config.access().publicUrl().replaceAll("/+$", "");
  }

  /** The page of a run. */
  public String of(String run) {
    return base + "/#/runs/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
