// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.text;

import io.foreshock.predictors.telemetry.NameTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's own pattern for lines, which finds numbers in groups with names.
 *
 * <p><b>Definition.</b> The group's name is the number's name. Names of groups have no underscores,
 * so {@code gradnorm} stands for {@code grad_norm}, and so on for all names of the contract.
 */
final class LinePattern {
  private static final Pattern GROUP = Pattern.compile("\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");

  private final Pattern pattern;
  private final NumberScanner number = new NumberScanner();

  /** For each group the name of its number. */
  private final Map<String, String> groups = new LinkedHashMap<>();

  LinePattern(Pattern pattern) {
    this.pattern = pattern;
    Map<String, String> contract = new LinkedHashMap<>();
    for (String name : NameTable.contractNames().split(", ")) {
      contract.put(name.replace("_", ""), name);
    }
    Matcher matcher = GROUP.matcher(pattern.pattern());
    while (matcher.find()) {
      String group = matcher.group(1);
      groups.put(group, contract.getOrDefault(group, group));
    }
  }

  /** Adds what the pattern finds in the record's line. A line in which it finds numbers is one. */
  void scan(TextRecord record) {
    Matcher matcher = pattern.matcher(record.line());
    if (!matcher.find()) {
      return;
    }
    for (Map.Entry<String, String> group : groups.entrySet()) {
      String text = matcher.group(group.getKey());
      if (text != null && number.readAll(text)) {
        record.add(group.getValue(), number.value());
        record.accept();
      }
    }
  }
}
