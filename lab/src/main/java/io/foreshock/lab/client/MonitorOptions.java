// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.client;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --monitor} and {@code --token}, for every command that calls a running monitor. */
public final class MonitorOptions {
  private static final String DEFAULT_URL = "http://127.0.0.1:8087";

  @Option(
      names = "--monitor",
      paramLabel = "URL",
      defaultValue = DEFAULT_URL,
      description = "URL of the running monitor that has the runs. Default: ${DEFAULT-VALUE}.")
  private URI monitor = URI.create(DEFAULT_URL);

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:FORESHOCK_TOKEN}",
      description =
          "Token to send to the monitor, if it requires one. Default: the environment variable"
              + " FORESHOCK_TOKEN.")
  private @Nullable String token;

  /** The monitor's address. */
  public URI address() {
    return monitor;
  }

  /**
   * A client of the monitor.
   *
   * @param patience how long to wait for each answer
   */
  public MonitorClient client(Duration patience) {
    return new MonitorClient(monitor, token, patience);
  }

  /**
   * A client of the monitor.
   *
   * @param patience how long to wait for each answer
   * @param otherwise what the user can do instead when no monitor answers, such as {@code use
   *     recorded runs (--runs PATH)}
   */
  public MonitorClient client(Duration patience, String otherwise) {
    return new MonitorClient(monitor, token, patience, " or " + otherwise);
  }
}
