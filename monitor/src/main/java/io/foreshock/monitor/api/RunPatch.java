// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.pipeline.Remarks;
import io.foreshock.monitor.wire.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The changes in a {@code PATCH} of a run. A key that is absent changes nothing; tags and notes
 * that are null become those of the run's configuration again.
 */
record RunPatch(ObjectNode changes) implements UnaryOperator<Remarks.Description> {
  /** What a body may have. */
  static final Set<String> KEYS = Set.of("tags", "notes", "archived", "by");

  private static final int MOST_TAGS = 32;
  private static final int MOST_TAG = 64;
  private static final int MOST_NOTES = 10_000;

  /**
   * Reads the body of a request.
   *
   * @param body an object with no other keys than {@link #KEYS}
   * @throws IllegalArgumentException when it holds a wrong value, or no change
   */
  static RunPatch of(JsonNode body) {
    ObjectNode changes = body.deepCopy();
    changes.remove("by");
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("expected at least one of tags, notes and archived");
    }
    RunPatch patch = new RunPatch(changes);
    patch.apply(Remarks.NONE.description()); // refuses wrong values
    return patch;
  }

  @Override
  public Remarks.Description apply(Remarks.Description before) {
    return new Remarks.Description(
        changes.has("tags") ? tags(changes.get("tags")) : before.tags(),
        changes.has("notes") ? Answers.text(changes, "notes", MOST_NOTES) : before.notes(),
        changes.has("archived") ? archived(changes.get("archived")) : before.archived());
  }

  /** The changes as one line. */
  String text() {
    return Json.text(changes);
  }

  private static @Nullable List<String> tags(JsonNode given) {
    if (given.isNull()) {
      return null;
    }
    Set<String> tags = new LinkedHashSet<>();
    boolean fit = given.isArray();
    for (JsonNode tag : given) {
      String text = tag.asText().strip();
      fit &= tag.isTextual() && isTag(text);
      tags.add(text);
    }
    if (!fit || tags.size() > MOST_TAGS) {
      throw new IllegalArgumentException(
          "tags: expected at most %s texts of 1 to %s characters, without commas and control characters"
              .formatted(MOST_TAGS, MOST_TAG));
    }
    return List.copyOf(tags);
  }

  private static boolean isTag(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_TAG
        && text.chars().noneMatch(c -> c == ',' || Character.isISOControl(c));
  }

  private static boolean archived(JsonNode given) {
    if (!given.isBoolean()) {
      throw new IllegalArgumentException("archived = " + given + ": expected true or false");
    }
    return given.booleanValue();
  }
}
