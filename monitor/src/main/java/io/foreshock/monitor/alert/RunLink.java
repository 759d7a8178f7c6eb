// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import io.foreshock.monitor.config.MonitorConfig;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Links to the dashboard's pages, for people. */
public final class RunLink {
  private final String base;

  /** Creates links to the dashboard's configured public address. */
  public RunLink(MonitorConfig config) {
    this.base =
        config.access().publicUrl().isEmpty()
            ? "http://" + config.access().host() + ":" + config.access().port()
            : config.access().publicUrl().replaceAll("/+$", "");
  }

  /** Link to the page of a run. */
  public String of(String run) {
    return base + "/#/runs/" + URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
