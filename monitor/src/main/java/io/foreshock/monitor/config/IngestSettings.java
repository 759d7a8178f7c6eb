// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Settings of the protocols of other tools.
 *
 * @param mlflow settings of the MLflow endpoint
 */
public record IngestSettings(Mlflow mlflow) {
  /**
   * Settings of the MLflow endpoint.
   *
   * @param forward URL of the MLflow server that gets every accepted request too; empty = none
   * @param forwardToken bearer token for that server; empty = none
   * @param forwardQueue most requests that wait for that server; further ones are dropped
   */
  public record Mlflow(String forward, String forwardToken, int forwardQueue) {
    static Mlflow read(Section section) {
      Mlflow settings =
          new Mlflow(
              section.text("forward", ""),
              section.text("forward_token", ""),
              (int) section.integer("forward_queue", 10_000, 1, 1_000_000));
      if (!settings.forward.isEmpty() && !isAddress(settings.forward)) {
        section.problem("forward", "expected an http:// or https:// address with a host");
      }
      return settings;
    }

    private static boolean isAddress(String url) {
      try {
        URI uri = new URI(url);
        return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
            && uri.getHost() != null
            && uri.getUserInfo() == null;
      } catch (URISyntaxException e) {
        return false;
      }
    }
  }

  static IngestSettings read(Section section) {
    return new IngestSettings(section.section("mlflow", "forward", Mlflow::read));
  }
}
