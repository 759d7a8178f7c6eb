// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.ConfigField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The runs by which a configuration is judged.
 *
 * <p><b>Definition.</b> Runs of the same kind ({@link Recipe}) with size and peak learning rate,
 * those most alike in their other settings first. At least {@value #ENOUGH} are used if there are
 * so many, with all that are equally alike, but at most {@value #MOST}. Size means parameters
 * without embedding and head where enough runs announce them, otherwise all parameters.
 *
 * <p><b>Threads.</b> None.
 */
final class Kin {
  private static final int ENOUGH = 12;
  private static final int MOST = 1000;

  /** Most settings that differ and are named; the rest is counted. */
  private static final int NAMED_DIFFERENCES = 6;

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
      caveats.add(without + " of the runs announce no size that can be compared and are left out");
    }
    runs = closest(sized);
    settled = runs.stream().filter(Kin::isSettled).toList();
  }

  /** All runs of the basis. */
  List<RunSummary> runs() {
    return runs;
  }

  /** The runs whose end is known. */
  List<RunSummary> settled() {
    return settled;
  }

  /** Returns the size that is compared; empty when it was not announced. */
  OptionalDouble sizeOf(Recipe recipe) {
    return size.apply(recipe);
  }

  /** Returns the size of one of the runs. */
  double size(RunSummary run) {
    return sizeOf(recipe(run)).getAsDouble();
  }

  /** Caveats about these runs. */
  List<String> caveats() {
    return caveats;
  }

  /** Names the settings in which they differ from the judged configuration, if any, as a caveat. */
  Optional<String> differences() {
    Set<String> differing = new TreeSet<>();
    runs.forEach(run -> differing.addAll(differences(run)));
    List<String> named = differing.stream().limit(NAMED_DIFFERENCES).toList();
    int more = differing.size() - named.size();
    return differing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the runs differ from this one in "
                + String.join(", ", named)
                + (more > 0 ? " and " + more + " more" : ""));
  }

  /**
   * Whether the end of a run is known: it had a plan, and diverged or reached nine tenths of the
   * plan.
   */
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
    boolean announced = asked.parametersNonEmbedding().isPresent();
    boolean enough =
        core >= TrendSurface.FEWEST || core == kin.size() || asked.parameters().isEmpty();
    if (announced && enough) {
      return Recipe::parametersNonEmbedding;
    }
    if (!kin.isEmpty()) {
      String who = announced ? "too few runs announce" : "this run does not announce";
      caveats.add("sizes are compared with embedding and head, because " + who + " them without");
    }
    return Recipe::parameters;
  }

  private List<RunSummary> closest(List<RunSummary> kin) {
    List<Relative> sorted =
        kin.stream()
            .map(run -> new Relative(run, differences(run).size()))
            .sorted(Comparator.comparingInt(Relative::differences))
            .toList();
    int most = sorted.size() <= ENOUGH ? Integer.MAX_VALUE : sorted.get(ENOUGH - 1).differences();
    return sorted.stream()
        .filter(relative -> relative.differences() <= most)
        .limit(MOST)
        .map(Relative::run)
        .toList();
  }

  /** A run, and the number of its settings that differ. */
  private record Relative(RunSummary run, int differences) {}

  private Set<String> differences(RunSummary run) {
    return asked.differences(recipe(run));
  }

  private static Recipe recipe(RunSummary run) {
    return new Recipe(run.config());
  }
}
