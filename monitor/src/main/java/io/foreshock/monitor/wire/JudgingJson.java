// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.online.AlarmKind;
import io.foreshock.predictors.online.Judging;
import io.foreshock.predictors.online.Judgings;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether each detector can judge a run, as JSON. */
public final class JudgingJson {
  private static final String JUDGING = "judging";
  private static final String WARMING_UP = "warming_up";
  private static final String RULES = "rules";
  private static final String NOTHING = "nothing_to_judge_by";

  private JudgingJson() {}

  /** One object a detector, for the API. Keys that do not apply to its state are null. */
  public static ArrayNode of(Judgings judgings) {
    ArrayNode detectors = Json.MAPPER.createArrayNode();
    judgings.byKind().forEach((kind, judging) -> detectors.add(detector(kind.wireName(), judging)));
    judgings
        .byRule()
        .forEach(
            (rule, judging) ->
                detectors.add(detector(AlarmKind.RULE.wireName() + "." + rule, judging)));
    return detectors;
  }

  private static ObjectNode detector(String kind, Judging judging) {
    ObjectNode detector = Json.object().put("kind", kind);
    if (judging instanceof Judging.WarmingUp part) {
      put(detector, WARMING_UP, part.have(), part.need(), null);
    } else if (judging instanceof Judging.NothingToJudgeBy nothing) {
      put(detector, NOTHING, null, null, nothing.needs());
    } else {
      put(detector, JUDGING, null, null, null);
    }
    return detector;
  }

  /** The number of detectors in each state. */
  public static ObjectNode counts(Judgings judgings) {
    return Json.object()
        .put(JUDGING, judgings.count(Judging.Active.class))
        .put(WARMING_UP, judgings.count(Judging.WarmingUp.class))
        .put(NOTHING, judgings.count(Judging.NothingToJudgeBy.class));
  }

  /**
   * The short form in which they are saved with a run, because it stays in memory while the run is
   * at rest: true, {@code [have, need]}, or a text by kind.
   */
  public static ObjectNode saved(Judgings judgings) {
    ObjectNode saved = Json.object();
    judgings.byKind().forEach((kind, judging) -> save(saved, kind.name(), judging));
    if (!judgings.byRule().isEmpty()) {
      ObjectNode rules = saved.putObject(RULES);
      judgings.byRule().forEach((rule, judging) -> save(rules, rule, judging));
    }
    return saved;
  }

  private static void save(ObjectNode saved, String name, Judging judging) {
    if (judging instanceof Judging.WarmingUp part) {
      saved.putArray(name).add(part.have()).add(part.need());
    } else if (judging instanceof Judging.NothingToJudgeBy nothing) {
      saved.put(name, nothing.needs());
    } else {
      saved.put(name, true);
    }
  }

  /**
   * Reads what {@link #saved} wrote, without kinds of other versions; unknown when it is absent.
   */
  public static Judgings read(JsonNode saved) {
    Map<AlarmKind, Judging> byKind = new EnumMap<>(AlarmKind.class);
    for (AlarmKind kind : AlarmKind.values()) {
      JsonNode judging = saved.get(kind.name());
      if (judging != null) {
        byKind.put(kind, judging(judging));
      }
    }
    Map<String, Judging> byRule = new LinkedHashMap<>();
    saved.path(RULES).properties().forEach(e -> byRule.put(e.getKey(), judging(e.getValue())));
    return new Judgings(byKind, byRule);
  }

  private static Judging judging(JsonNode saved) {
    if (saved.isArray()) {
      return new Judging.WarmingUp(saved.path(0).asInt(), saved.path(1).asInt());
    }
    return saved.isTextual()
        ? new Judging.NothingToJudgeBy(saved.asText().intern()) // few texts for many runs
        : new Judging.Active();
  }

  private static void put(
      ObjectNode detector,
      String state,
      @Nullable Integer have,
      @Nullable Integer need,
      @Nullable String needs) {
    detector.put("state", state).put("have", have).put("need", need).put("needs", needs);
  }
}
