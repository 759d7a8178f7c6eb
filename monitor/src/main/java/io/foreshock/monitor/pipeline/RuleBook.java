// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.foreshock.monitor.store.WholeFile;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RuleJson;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.telemetry.NameTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's rules: those of the configuration, and those that were added while the monitor ran,
 * which {@code rules.json} in the data directory keeps.
 *
 * <p><b>Threads.</b> Any; changes one after another. <b>Errors.</b> A file that cannot be read is
 * left as it is and reported. Then only rules of the configuration are used until the monitor is
 * restarted, and none can be added, because that would replace the file.
 */
public final class RuleBook {
  /** Most rules that can be added. Each one costs a comparison for every line of its runs. */
  public static final int MOST_ADDED = 500;

  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

  private final List<Rule> configured;
  private final Path file;
  private final NameTable names;
  private final @Nullable String trouble;
  private volatile List<Rule> all;

  /** The rules of a configuration and of the file in its data directory. */
  RuleBook(List<Rule> configured, Path directory, NameTable names) {
    this.configured = List.copyOf(configured);
    this.file = directory.resolve("rules.json");
    this.names = names;
    List<Rule> rules = new ArrayList<>(configured);
    String failure = null;
    try {
      if (Files.exists(file)) {
        for (Rule rule : RuleJson.readAll(Json.tree(Files.readString(file)), names)) {
          if (isConfigured(rule.name())) {
            LOG.warn("rule {} of {} is left out: the configuration has one", rule.name(), file);
          } else {
            rules.add(rule);
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.error("rules: {} cannot be read; the rules that were added are not used", file, e);
      failure = "rules: " + file + " cannot be read: " + e.getMessage();
    }
    this.all = List.copyOf(rules);
    this.trouble = failure;
  }

  /** All rules: those of the configuration, then the others, oldest first. */
  public List<Rule> all() {
    return all;
  }

  /** Whether the configuration has a rule of that name, so that it can be changed only there. */
  public boolean isConfigured(String name) {
    return configured.stream().anyMatch(rule -> rule.name().equals(name));
  }

  /** What the names in a rule stand for. */
  public NameTable names() {
    return names;
  }

  /** Why the rules that were added are not used, for people. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * Adds a rule, or replaces the one of its name.
   *
   * @return whether there was none of its name
   * @throws IllegalArgumentException when the configuration has one of its name, or there are
   *     {@value #MOST_ADDED} already
   * @throws IOException when the file cannot be written; then nothing has changed
   */
  public synchronized boolean put(Rule rule) throws IOException {
    refuseConfigured(rule.name());
    List<Rule> added = added();
    boolean fresh = added.removeIf(other -> other.name().equals(rule.name()));
    added.add(rule);
    if (added.size() > MOST_ADDED) {
      throw new IllegalArgumentException(
          "there are " + MOST_ADDED + " added rules already: expected at most that many");
    }
    save(added);
    return !fresh;
  }

  /**
   * Removes a rule.
   *
   * @return whether there was one
   * @throws IllegalArgumentException when the configuration has it
   * @throws IOException when the file cannot be written; then nothing has changed
   */
  public synchronized boolean remove(String name) throws IOException {
    refuseConfigured(name);
    List<Rule> added = added();
    if (!added.removeIf(rule -> rule.name().equals(name))) {
      return false;
    }
    save(added);
    return true;
  }

  private void refuseConfigured(String name) {
    if (isConfigured(name)) {
      throw new IllegalArgumentException(
          "name = '" + name + "': the configuration file has this rule; change it there");
    }
  }

  private List<Rule> added() {
    return new ArrayList<>(all.subList(configured.size(), all.size()));
  }

  private void save(List<Rule> added) throws IOException {
    if (trouble != null) {
      throw new IOException(trouble);
    }
    ArrayNode json = Json.MAPPER.createArrayNode();
    added.forEach(rule -> json.add(RuleJson.of(rule)));
    WholeFile.replace(file, Json.bytes(json));
    List<Rule> rules = new ArrayList<>(configured);
    rules.addAll(added);
    all = List.copyOf(rules);
  }
}
