// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether each detector of a run can judge it now. Immutable.
 *
 * @param byKind each detector's answer, by the kind of its alarms and in the order of {@link
 *     AlarmKind}; empty when it is not known
 * @param byRule the answer of each rule of the user's own, by its name
 */
public record Judgings(Map<AlarmKind, Judging> byKind, Map<String, Judging> byRule) {
  /** Nothing is known, as for a run whose state was not read. */
  public static final Judgings UNKNOWN = new Judgings(Map.of());

  /** Sorts and copies. */
  public Judgings {
    Map<AlarmKind, Judging> sorted = new EnumMap<>(AlarmKind.class);
    sorted.putAll(byKind);
    byKind = Collections.unmodifiableMap(sorted);
    byRule = Collections.unmodifiableMap(new LinkedHashMap<>(byRule));
  }

  /** The answers of detectors, without rules. */
  public Judgings(Map<AlarmKind, Judging> byKind) {
    this(byKind, Map.of());
  }

  /** The answers of these detectors. */
  static Judgings of(Iterable<Detector> detectors) {
    Map<AlarmKind, Judging> byKind = new EnumMap<>(AlarmKind.class);
    for (Detector detector : detectors) {
      byKind.put(detector.kind(), detector.judging());
    }
    return new Judgings(byKind);
  }

  /** The same with the answer of what finds stragglers, and with those of rules. */
  Judgings with(Judging stragglers, Map<String, Judging> rules) {
    Map<AlarmKind, Judging> all = new EnumMap<>(AlarmKind.class);
    all.putAll(byKind);
    all.put(AlarmKind.STRAGGLER, stragglers);
    return new Judgings(all, rules);
  }

  /** The number of detectors that are in that state. */
  public long count(Class<? extends Judging> state) {
    return byKind.values().stream().filter(state::isInstance).count();
  }

  /** What the detector of a kind would need to judge the run; null when it lacks nothing. */
  public @Nullable String needs(AlarmKind kind) {
    return byKind.get(kind) instanceof Judging.NothingToJudgeBy nothing ? nothing.needs() : null;
  }

  /** Whether non-finite values are all that can be judged. */
  public boolean onlyNonFinite() {
    return count(Judging.Active.class) == 1
        && byKind.get(AlarmKind.NONFINITE) instanceof Judging.Active;
  }

  /**
   * What people should know: which detectors judge the run, which are warming up, and what the
   * others need. A sentence each; none where there is nothing to say.
   */
  public List<String> sentences() {
    List<String> judged = new ArrayList<>();
    List<String> warming = new ArrayList<>();
    Map<String, List<String>> lacking = new LinkedHashMap<>();
    byKind.forEach(
        (kind, judging) -> {
          String name = kind.wireName();
          if (judging instanceof Judging.WarmingUp part) {
            warming.add(name + " (" + part.have() + " of " + part.need() + " samples)");
          } else if (judging instanceof Judging.NothingToJudgeBy nothing) {
            lacking.computeIfAbsent(nothing.needs(), needs -> new ArrayList<>()).add(name);
          } else {
            judged.add(name);
          }
        });
    List<String> sentences = new ArrayList<>();
    if (onlyNonFinite()) {
      sentences.add(
          "Only NaN and infinite values were judged (nonfinite), so a run without alarms may still"
              + " be unstable.");
    } else if (!judged.isEmpty()) {
      sentences.add(
          "Judged by "
              + judged.size()
              + " of "
              + byKind.size()
              + " detectors: "
              + String.join(", ", judged)
              + ".");
    }
    if (!warming.isEmpty()) {
      sentences.add("Still warming up: " + String.join(", ", warming) + ".");
    }
    if (!lacking.isEmpty()) {
      sentences.add(
          lacking.entrySet().stream()
              .map(group -> lack(group.getValue(), group.getKey()))
              .collect(Collectors.joining("; ", "Nothing to judge by: ", ".")));
    }
    byRule.forEach(
        (rule, judging) -> {
          if (judging instanceof Judging.NothingToJudgeBy nothing) {
            sentences.add(
                "Rule " + rule + " has nothing to judge by: it needs " + nothing.needs() + ".");
          } else if (judging instanceof Judging.WarmingUp part) {
            sentences.add(
                "Rule %s is still warming up (%d of %d samples)."
                    .formatted(rule, part.have(), part.need()));
          }
        });
    return sentences;
  }

  private static String lack(List<String> kinds, String needs) {
    return String.join(", ", kinds) + (kinds.size() == 1 ? " needs " : " need ") + needs;
  }
}
