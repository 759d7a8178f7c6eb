// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Version;

/**
 * {@code GET /llms.txt}: what an assistant finds here, as Markdown. It is made from the description
 * of the API, so that it names nothing that is not there. Form: llmstxt.org.
 */
final class LlmsText {
  private static final String HEAD =
      """
      # Foreshock

      > Foreshock %s watches training runs of neural networks and warns before they diverge. This is
      > a running monitor.

      With tokens configured, every request below needs the header `Authorization: Bearer TOKEN`,
      except those for /llms.txt, /openapi.json, /health and /ping.

      ## For assistants

      - [MCP endpoint](/mcp): Model Context Protocol, Streamable HTTP, tools that only read
      - [API description](/openapi.json): OpenAPI, every path below with its parameters and answers

      ## Reading

      """;

  private LlmsText() {}

  /**
   * The text.
   *
   * @param openApi the description of the API
   */
  static String of(JsonNode openApi) {
    StringBuilder text = new StringBuilder(HEAD.formatted(Version.TEXT));
    for (var path : openApi.path("paths").properties()) {
      JsonNode get = path.getValue().path("get");
      if (path.getKey().startsWith("/api/v1/") && !get.isMissingNode()) {
        text.append("- [GET %1$s](%1$s): ".formatted(path.getKey()))
            .append(get.path("summary").asText())
            .append('\n');
      }
    }
    return text.toString();
  }
}
