// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One mapping of the configuration file while it is read. It returns values or their defaults, and
 * collects every problem and every requested key.
 *
 * <p>Request all keys, then call {@link #refuseUnknownKeys}.
 */
final class Section {
  /** A requested key. */
  record Key(String path, String defaultText) {}

  private final String path;
  private final JsonNode node;
  private final List<String> problems;
  private final List<Key> keys;
  private final Set<String> known = new HashSet<>();

  private Section(String path, JsonNode node, List<String> problems, List<Key> keys) {
    this.path = path;
    this.node = node;
    this.problems = problems;
    this.keys = keys;
    if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
      problems.add((path.isEmpty() ? "the file" : path) + ": expected a mapping of keys to values");
    }
  }

  /** The file's top level; {@code problems} and {@code keys} are filled while it is read. */
  static Section root(JsonNode node, List<String> problems, List<Key> keys) {
    return new Section("", node, problems, keys);
  }

  String text(String key, String fallback) {
    return value(key, fallback, JsonNode::isValueNode, JsonNode::asText, "text");
  }

  long integer(String key, long fallback, long min, long max) {
    return value(
        key,
        fallback,
        value ->
            value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= min
                && value.longValue() <= max,
        JsonNode::longValue,
        "an integer from " + min + " to " + max);
  }

  double number(String key, double fallback, double min, double max) {
    return value(
        key,
        fallback,
        value -> value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max,
        JsonNode::doubleValue,
        "a number from " + min + " to " + max);
  }

  boolean flag(String key, boolean fallback) {
    return value(key, fallback, JsonNode::isBoolean, JsonNode::booleanValue, "true or false");
  }

  private <T> T value(
      String key,
      T fallback,
      Predicate<JsonNode> fits,
      Function<JsonNode, T> reader,
      String expected) {
    JsonNode value = ask(key, fallback);
    if (absent(value)) {
      return fallback;
    }
    if (!fits.test(value)) {
      problem(key, value, "expected " + expected);
      return fallback;
    }
    return reader.apply(value);
  }

  <E extends Enum<E>> E choice(String key, E fallback) {
    JsonNode value = ask(key, name(fallback));
    if (absent(value)) {
      return fallback;
    }
    E[] choices = fallback.getDeclaringClass().getEnumConstants();
    for (E choice : choices) {
      if (name(choice).equals(value.asText())) {
        return choice;
      }
    }
    problem(
        key,
        value,
        "expected one of " + String.join(", ", Arrays.stream(choices).map(Section::name).toList()));
    return fallback;
  }

  List<String> texts(String key) {
    JsonNode value = ask(key, List.of());
    List<String> texts = new ArrayList<>();
    if (!absent(value) && !value.isArray()) {
      problem(key, value, "expected a list");
    } else {
      for (int i = 0; i < value.size(); i++) {
        JsonNode item = value.get(i);
        if (item.isValueNode() && !item.isNull()) {
          texts.add(item.asText());
        } else {
          problem(key + "[" + i + "]", item, "expected text");
        }
      }
    }
    return List.copyOf(texts);
  }

  /** A mapping of any keys to texts. */
  Map<String, String> mapping(String key) {
    JsonNode value = ask(key, Map.of());
    Map<String, String> mapping = new LinkedHashMap<>();
    if (!absent(value) && !value.isObject()) {
      problem(key, value, "expected a mapping of names to names");
    } else {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
          mapping.put(entry.getKey(), entry.getValue().asText());
        } else {
          problem(key + "." + entry.getKey(), entry.getValue(), "expected text");
        }
      }
    }
    return mapping;
  }

  /** A list whose items have a form of their own; what their reader refuses is a problem. */
  <T> List<T> items(String key, Function<JsonNode, T> reader) {
    JsonNode value = ask(key, List.of());
    List<T> items = new ArrayList<>();
    if (!absent(value) && !value.isArray()) {
      problem(key, value, "expected a list");
      return items;
    }
    for (int i = 0; i < value.size(); i++) {
      try {
        items.add(reader.apply(value.get(i)));
      } catch (IllegalArgumentException e) {
        problem(key + "[" + i + "]", String.valueOf(e.getMessage()));
      }
    }
    return List.copyOf(items);
  }

  /** A nested mapping. */
  <T> T section(String key, Function<Section, T> reader) {
    known.add(key);
    return read(new Section(path(key), node.path(key), problems, keys), reader);
  }

  /** A nested mapping; a text in its place sets its key {@code shorthand} alone. */
  <T> T section(String key, String shorthand, Function<Section, T> reader) {
    JsonNode value = node.path(key);
    if (value.isTextual()) {
      ((ObjectNode) node).putObject(key).set(shorthand, value);
    }
    return section(key, reader);
  }

  /** A list of mappings. An empty mapping is read first and dropped, to collect the keys. */
  <T> List<T> sections(String key, Function<Section, T> reader) {
    JsonNode value = ask(key, List.of());
    read(new Section(path(key) + "[]", MissingNode.getInstance(), new ArrayList<>(), keys), reader);
    List<T> items = new ArrayList<>();
    if (!absent(value) && !value.isArray()) {
      problem(key, value, "expected a list");
      return items;
    }
    for (int i = 0; i < value.size(); i++) {
      String itemPath = path(key) + "[" + i + "]";
      items.add(read(new Section(itemPath, value.get(i), problems, new ArrayList<>()), reader));
    }
    return List.copyOf(items);
  }

  /** Adds a problem that is visible only from several values. */
  void problem(String key, String expectation) {
    problems.add(path(key) + ": " + expectation);
  }

  void refuseUnknownKeys() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problems.add(path(name) + ": unknown key");
      }
    }
  }

  private static <T> T read(Section section, Function<Section, T> reader) {
    T value = reader.apply(section);
    section.refuseUnknownKeys();
    return value;
  }

  private JsonNode ask(String key, Object fallback) {
    known.add(key);
    keys.add(new Key(path(key), fallback == null ? "none" : String.valueOf(fallback)));
    return node.path(key);
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private void problem(String key, JsonNode value, String expectation) {
    problems.add(path(key) + " = " + value + ": " + expectation);
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
