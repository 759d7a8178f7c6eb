// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foreshock.predictors.online.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the configuration file. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads the file's configuration.
   *
   * @throws ConfigException when it cannot be read, or holds an unknown key or a value out of
   *     range; the message lists all problems
   */
  public static MonitorConfig read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new ConfigException(file.toString(), List.of("cannot be read: " + e));
    }
  }

  /** Reads the configuration in a YAML text; {@code source} names it in messages. */
  public static MonitorConfig parse(String source, String yaml) {
    return parse(source, yaml, System.getenv());
  }

  /** Does the same with the variables of {@code environment}. */
  static MonitorConfig parse(String source, String yaml, Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    JsonNode tree = new FilledIn(environment, problems).of(tree(source, yaml));
    Section root = Section.root(tree, problems, new ArrayList<>());
    MonitorConfig config = MonitorConfig.read(root);
    root.refuseUnknownKeys();
    sameNames(config, problems);
    fittingLimits(config, problems);
    if (!problems.isEmpty()) {
      throw new ConfigException(source, problems);
    }
    return config;
  }

  /** The configuration without a file. */
  public static MonitorConfig defaults() {
    return parse("defaults", "");
  }

  /** Every key with its default as text. */
  public static Map<String, String> keys() {
    List<Section.Key> keys = new ArrayList<>();
    MonitorConfig.read(Section.root(MissingNode.getInstance(), new ArrayList<>(), keys));
    Map<String, String> defaults = new TreeMap<>();
    keys.forEach(key -> defaults.put(key.path(), key.defaultText()));
    return defaults;
  }

  private static JsonNode tree(String source, String yaml) {
    try {
      return new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new ConfigException(source, List.of("is not YAML: " + e.getMessage()));
    }
  }

  private static void sameNames(MonitorConfig config, List<String> problems) {
    Set<String> names = new HashSet<>();
    for (NotifierSettings notifier : config.notifiers()) {
      if (!names.add(notifier.name())) {
        problems.add("notifiers: two are named '" + notifier.name() + "'");
      }
    }
    Set<String> rules = new HashSet<>();
    for (Rule rule : config.rules()) {
      if (!rules.add(rule.name())) {
        problems.add("rules: two are named '" + rule.name() + "'");
      }
    }
  }

  private static void fittingLimits(MonitorConfig config, List<String> problems) {
    Limits limits = config.limits();
    if (limits.requests().inFlightBytes()
        < (long) limits.requests().bodyBytes() + limits.requests().decompressedBytes()) {
      problems.add(
          "limits.in_flight_bytes = "
              + limits.requests().inFlightBytes()
              + ": expected at least limits.body_bytes + limits.decompressed_bytes, otherwise the"
              + " longest write could never be accepted");
    }
    if (limits.disk().journalBytes() < 2L * config.journalSegmentBytes()) {
      // the newest file is never deleted, so one file alone must not fill the journal
      problems.add(
          "limits.journal_bytes = %s: expected at least twice journal.segment_bytes"
              .formatted(limits.disk().journalBytes()));
    }
  }
}
