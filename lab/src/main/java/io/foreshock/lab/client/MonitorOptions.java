// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --monitor} and {@code --token}, for every command that asks a running monitor. */
public final class MonitorOptions {
  @Option(
      names = "--monitor",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8087",
      description = "the running monitor that knows the runs (default: ${DEFAULT-VALUE})")
  private URI monitor;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FORESHOCK_TOKEN}",
      description = "the monitor's token (default: $FORESHOCK_TOKEN)")
  private String token;

  /**
   * A client of the monitor.
   *
   * @param patience for each answer
   * @param otherwise what else a user can do when no monitor answers, such as {@code recorded runs
   *     (--runs PATH)}
   */
  public MonitorClient client(Duration patience, String otherwise) {
    return new MonitorClient(monitor, token, patience, " or " + otherwise);
  }
}
