// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of MLflow's search filters that is understood: names, status and tags compared with
 * {@code =} or {@code !=}, joined by {@code AND}. Anything else is refused, not ignored.
 */
record Filter(List<Comparison> all) {
  /** One comparison, such as {@code tags.team = 'a'}. */
  record Comparison(String kind, String key, boolean equal, String value) {}

  private static final Pattern COMPARISON =
      Pattern.compile(
          "\\s*(?:(attributes?|tags?)\\.)?([`\"]?)([\\w.\\- /]+?)\\2\\s*(!=|=)\\s*"
              + "(?:'([^']*)'|\"([^\"]*)\")\\s*(AND\\b|$)",
          Pattern.CASE_INSENSITIVE);

  static Filter of(String text) {
    List<Comparison> comparisons = new ArrayList<>();
    Matcher matcher = COMPARISON.matcher(text);
    int end = 0;
    while (!text.isBlank() && end < text.length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw Request.invalid(
            "filter = '"
                + text
                + "': expected such as attributes.status = 'FINISHED' AND tags.team = 'a'; metrics"
                + " and parameters cannot be searched here");
      }
      String kind = matcher.group(1) == null ? "attribute" : matcher.group(1);
      String value = matcher.group(5) == null ? matcher.group(6) : matcher.group(5);
      comparisons.add(
          new Comparison(
              kind.startsWith("tag") ? "tag" : "attribute",
              matcher.group(3),
              matcher.group(4).equals("="),
              value));
      end = matcher.end();
    }
    return new Filter(comparisons);
  }

  /**
   * Whether all comparisons hold.
   *
   * @param values gives the value for a kind and a key; null when there is none
   */
  boolean matches(BiFunction<String, String, @Nullable String> values) {
    return all.stream()
        .allMatch(
            wanted -> {
              String value = values.apply(wanted.kind(), wanted.key());
              return value != null && value.equals(wanted.value()) == wanted.equal();
            });
  }

  /** The value of something that has a name and tags. */
  static @Nullable String value(String name, Map<String, String> tags, String kind, String key) {
    if (kind.equals("tag")) {
      return tags.get(key);
    }
    if (key.equals("name") || key.equals("run_name") || key.equals("Run name")) {
      return name;
    }
    throw Request.invalid("filter: '" + key + "' cannot be searched here");
  }
}
