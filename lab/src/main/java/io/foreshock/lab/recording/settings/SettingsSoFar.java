// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Settings;
import io.foreshock.predictors.telemetry.Telemetry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a run that arrive one by one while its log is read. What a path was set to last
 * counts. What they mean, {@link Settings} says; what means nothing is left out, because it may be
 * a secret.
 *
 * <p><b>Threads.</b> Not safe.
 */
public final class SettingsSoFar {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** What texts with settings are called. */
  private static final Pattern OF_SETTINGS =
      Pattern.compile("arg|config|param|setting", Pattern.CASE_INSENSITIVE);

  private final Map<String, Object> byPath = new LinkedHashMap<>();
  private RunConfig told = RunConfig.EMPTY;
  private boolean changed;

  /**
   * Notes a setting.
   *
   * @param path names within each other, separated by {@code /} or {@code .}
   * @param value a number, a boolean or a text; others are left out
   */
  public void put(String path, Object value) {
    if (value instanceof Number || value instanceof Boolean || value instanceof String) {
      changed |= !value.equals(byPath.put(path, value));
    }
  }

  /** Notes a setting that is JSON, with all settings in it. */
  public void put(String path, JsonNode json) {
    if (json.isObject()) {
      json.properties()
          .forEach(e -> put(path.isEmpty() ? e.getKey() : path + "/" + e.getKey(), e.getValue()));
    } else if (json.isNumber()) {
      put(path, (Object) json.numberValue());
    } else if (json.isTextual()) {
      put(path, (Object) json.textValue());
    } else if (json.isBoolean()) {
      put(path, (Object) json.booleanValue());
    }
  }

  /** Notes the settings in a text with a name: JSON of settings, or one setting of that name. */
  public void text(String name, String text) {
    if (!text.stripLeading().startsWith("{")) {
      put(name, text.strip());
    } else if (OF_SETTINGS.matcher(name).find()) { // a model's answer may be JSON, too
      JsonNode json = parse(text);
      if (json != null) {
        put("", json);
      }
    }
  }

  /** Returns a text as JSON; null when it is none. */
  public static @Nullable JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null; // people's texts may begin with a brace
    }
  }

  /**
   * Makes a line of the configuration.
   *
   * @return whether there is anything that was not in the line before
   */
  public boolean fill(Point line) {
    if (!changed) {
      return false;
    }
    changed = false;
    RunConfig now = Settings.of(byPath);
    if (now.equals(told)) {
      return false;
    }
    told = now;
    line.begin(Measurement.RUN_CONFIG.wireName());
    Telemetry.put(line, now);
    return true;
  }
}
