// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads the labels of runs from a JSON file.
 *
 * <p>The form is {@code {"runs":[{"run":"a","class":"predictable","onset":312,"steps":600,
 * "struck":[200],"family":{"optimizer":"lion"}}]}}. The array alone, or an object whose keys are
 * the run names, is also accepted. Only {@code run} and {@code class} are required. {@code
 * onset_step} means {@code onset}. Other fields are ignored.
 */
public final class Labels {
  private static final String RUNS = "runs";

  private final Path file;
  private final Map<String, RunLabel> labels = new LinkedHashMap<>();

  private Labels(Path file) {
    this.file = file;
  }

  /**
   * The labels of a file by run name, in the order of the file.
   *
   * @throws IOException when the file cannot be read
   * @throws IllegalArgumentException when the content is wrong; the message names file, run and
   *     field
   */
  public static Map<String, RunLabel> read(Path file) throws IOException {
    Labels labels = new Labels(file);
    labels.addAll(tree(file));
    return labels.labels;
  }

  private static JsonNode tree(Path file) throws IOException {
    try {
      return Json.MAPPER
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file
              + ": not JSON: line "
              + e.getLocation().getLineNr()
              + ", "
              + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    }
  }

  private void addAll(JsonNode tree) {
    JsonNode list = tree.isArray() ? tree : tree.path(RUNS);
    if (list.isArray()) {
      for (int i = 0; i < list.size(); i++) {
        JsonNode run = list.get(i).path("run");
        if (!run.isTextual() || run.textValue().isEmpty()) {
          throw bad("run " + (i + 1), "run", run, "a name");
        }
        add(run.textValue(), list.get(i));
      }
    } else if (tree.isObject()) {
      tree.fields().forEachRemaining(entry -> add(entry.getKey(), entry.getValue()));
    } else {
      throw new IllegalArgumentException(file + ": expected an object or an array of labels");
    }
  }

  private void add(String run, JsonNode node) {
    String where = "run '" + run + "'";
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          file + ": " + where + ": " + shortened(node) + ": expected an object with a class");
    }
    JsonNode onset = node.hasNonNull("onset") ? node.get("onset") : node.path("onset_step");
    OptionalLong step =
        onset.isMissingNode() || onset.isNull()
            ? OptionalLong.empty()
            : OptionalLong.of(whole(where, "onset", onset));
    JsonNode steps = node.path("steps");
    RunLabel label;
    try {
      label =
          new RunLabel(
              run,
              runClass(where, node.path("class")),
              step,
              steps.isMissingNode() || steps.isNull() ? 0 : whole(where, "steps", steps),
              struck(where, node.path("struck")),
              family(where, node.path("family")));
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      boolean complete = message != null && message.startsWith(file + ":");
      throw complete ? e : new IllegalArgumentException(file + ": run " + message, e);
    }
    if (labels.put(run, label) != null) {
      throw new IllegalArgumentException(file + ": " + where + ": labelled twice");
    }
  }

  private RunClass runClass(String where, JsonNode node) {
    for (RunClass runClass : RunClass.values()) {
      if (runClass.wireName().equals(node.textValue())) {
        return runClass;
      }
    }
    throw bad(where, "class", node, "healthy, predictable or sudden");
  }

  private List<Long> struck(String where, JsonNode node) {
    List<Long> steps = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(step -> steps.add(whole(where, "struck", step)));
    } else if (!node.isMissingNode() && !node.isNull()) {
      throw bad(where, "struck", node, "an array of steps");
    }
    return steps;
  }

  private Map<String, String> family(String where, JsonNode node) {
    Map<String, String> family = new LinkedHashMap<>();
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(entry -> family.put(entry.getKey(), entry.getValue().asText()));
    } else if (!node.isMissingNode() && !node.isNull()) {
      throw bad(where, "family", node, "an object");
    }
    return family;
  }

  private long whole(String where, String field, JsonNode node) {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!(Math.abs(value) <= 1L << 53) || value != Math.rint(value)) {
      throw bad(where, field, node, "a whole number");
    }
    return node.longValue();
  }

  private IllegalArgumentException bad(
      String where, String field, JsonNode node, String expectation) {
    String is = node.isMissingNode() ? "is missing" : "= " + shortened(node);
    return new IllegalArgumentException(
        file + ": " + where + ": " + field + " " + is + ": expected " + expectation);
  }

  private static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
