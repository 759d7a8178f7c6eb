// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that programs give to the settings of a run: the resource {@code settings.csv}. */
final class SettingsNames {
  /**
   * What a name means.
   *
   * @param rank the lowest of a run's names for one field is used
   */
  record Meaning(ConfigField field, int rank) {}

  private static final String RESOURCE = "settings.csv";
  private static final Map<String, Meaning> MEANINGS = parse(text());

  private SettingsNames() {}

  /** Returns what the end of a path means, the longest first; null when nothing is known. */
  static @Nullable Meaning of(String path) {
    for (int at = 0; at >= 0; at = path.indexOf('/', at) + 1) {
      Meaning meaning = MEANINGS.get(normal(path.substring(at)));
      if (meaning != null || path.indexOf('/', at) < 0) {
        return meaning;
      }
    }
    return null;
  }

  private static Map<String, Meaning> parse(String csv) {
    Map<String, Meaning> meanings = new HashMap<>();
    for (String row : csv.lines().filter(r -> !r.startsWith("#")).skip(1).toList()) {
      String[] cells = row.split(",", -1);
      ConfigField field = cells.length == 2 ? ConfigField.of(cells[1]) : null;
      if (field == null
          || meanings.put(normal(cells[0]), new Meaning(field, meanings.size())) != null) {
        throw new IllegalArgumentException(
            RESOURCE + ": row '" + row + "': expected a new name and a field of run_config");
      }
    }
    return Map.copyOf(meanings);
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[/. -]", "_");
  }

  private static String text() {
    try (InputStream in = SettingsNames.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("resource " + RESOURCE + ": not found");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
