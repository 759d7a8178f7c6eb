// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills in {@code ${NAME}} in a configuration's texts from the environment, so that the file need
 * not hold secrets.
 *
 * <p><b>Edges.</b> A variable that is unset or empty is a problem, because an empty token would
 * open the API to everyone. Keys are not filled in, and neither is the value of a variable.
 *
 * @param problems where missing variables are added
 */
record FilledIn(Map<String, String> environment, List<String> problems) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /** The tree with its texts filled in; mappings and lists are changed in place. */
  JsonNode of(JsonNode node) {
    if (node instanceof ObjectNode mapping) {
      mapping.properties().forEach(entry -> entry.setValue(of(entry.getValue())));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, of(list.get(i)));
      }
    } else if (node.isTextual()) {
      return TextNode.valueOf(VARIABLE.matcher(node.textValue()).replaceAll(this::value));
    }
    return node;
  }

  private String value(MatchResult variable) {
    String value = environment.getOrDefault(variable.group(1), "");
    if (value.isEmpty()) {
      problems.add(variable.group() + ": this environment variable is unset or empty");
    }
    return Matcher.quoteReplacement(value);
  }
}
