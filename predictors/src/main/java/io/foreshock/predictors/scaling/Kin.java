// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The runs that a configuration is judged by.
 *
 * <p><b>Definition.</b> Those of the same kind ({@link Recipe}) that tell size and peak rate, the
 * most alike in their other settings first, until there are {@value #ENOUGH} of them and all that
 * are equally alike; no more than {@value #MOST}. Size means parameters without embedding and head
 * where enough runs tell them, else all parameters.
 *
 * <p><b>Threads.</b> None.
 */
final class Kin {
  private static final int ENOUGH = 12;
  private static final int MOST = 1000;

  /** Beyond this many settings that differ, the rest is counted only. */
  private static final int TOLD_DIFFERENCES = 6;

  private final Recipe asked;
  private final Function<Recipe, OptionalDouble> size;
  private final List<RunSummary> runs;
  private final List<RunSummary> settled;
  private final List<String> caveats = new ArrayList<>();

  Kin(Recipe asked, Collection<RunSummary> known) {
    this.asked = asked;
    List<RunSummary> kin = known.stream().filter(this::isOfTheKind).toList();
    size = comparedSize(kin);
    List<RunSummary> sized = kin.stream().filter(run -> sizeOf(recipe(run)).isPresent()).toList();
    int without = kin.size() - sized.size();
    if (without > 0) {
      caveats.add(without + " of the runs tell no size as the others do: left out");
    }
    runs = closest(sized);
    settled = runs.stream().filter(Kin::isSettled).toList();
  }

  /** All of them. */
  List<RunSummary> runs() {
    return runs;
  }

  /** Those whose end is known. */
  List<RunSummary> settled() {
    return settled;
  }

  /** The size that is compared; empty when it is not told. */
  OptionalDouble sizeOf(Recipe recipe) {
    return size.apply(recipe);
  }

  /** The size of one of the runs. */
  double size(RunSummary run) {
    return sizeOf(recipe(run)).getAsDouble();
  }

  /** What to know of them before believing anything that they say. */
  List<String> caveats() {
    return caveats;
  }

  /** In which settings they differ from what is asked about, as a caveat; null when in none. */
  String differences() {
    Set<String> differing = new TreeSet<>();
    runs.forEach(run -> differing.addAll(differences(run)));
    List<String> told = differing.stream().limit(TOLD_DIFFERENCES).toList();
    int more = differing.size() - told.size();
    return differing.isEmpty()
        ? null
        : "the runs differ from this one in "
            + String.join(", ", told)
            + (more > 0 ? " and " + more + " more" : "");
  }

  /** Whether its end is known: it had a plan, and diverged or came to nine tenths of it. */
  static boolean isSettled(RunSummary run) {
    double planned = run.config().number(ConfigField.TOTAL_STEPS).orElse(Double.NaN);
    return planned > 0 && (run.diverged() || run.lastStep() >= 0.9 * planned);
  }

  private boolean isOfTheKind(RunSummary run) {
    Recipe recipe = recipe(run);
    return recipe.sameKind(asked) && recipe.learningRate().isPresent();
  }

  private Function<Recipe, OptionalDouble> comparedSize(List<RunSummary> kin) {
    long core =
        kin.stream().filter(run -> recipe(run).parametersNonEmbedding().isPresent()).count();
    boolean tells = asked.parametersNonEmbedding().isPresent();
    boolean enough =
        core >= TrendSurface.FEWEST || core == kin.size() || asked.parameters().isEmpty();
    if (tells && enough) {
      return Recipe::parametersNonEmbedding;
    }
    if (!kin.isEmpty()) {
      String who = tells ? "too few runs tell" : "this run does not tell";
      caveats.add("sizes are compared with embedding and head, as " + who + " them without");
    }
    return Recipe::parameters;
  }

  private List<RunSummary> closest(List<RunSummary> kin) {
    Map<RunSummary, Integer> apart = new HashMap<>();
    kin.forEach(run -> apart.put(run, differences(run).size()));
    List<RunSummary> sorted = kin.stream().sorted(Comparator.comparingInt(apart::get)).toList();
    if (sorted.size() <= ENOUGH) {
      return sorted;
    }
    int most = apart.get(sorted.get(ENOUGH - 1));
    return sorted.stream().filter(run -> apart.get(run) <= most).limit(MOST).toList();
  }

  private Set<String> differences(RunSummary run) {
    return asked.differences(recipe(run));
  }

  private static Recipe recipe(RunSummary run) {
    return new Recipe(run.config());
  }
}
