// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import io.foreshock.lab.corpus.Draft.Configuration;
import io.foreshock.lab.corpus.draw.Draw;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Plans the runs of a corpus. Each scenario draws its runs at random from sizes × learning rates ×
 * switches × seeds, instead of training all combinations.
 *
 * <p><b>Definition.</b> The plan is a pure function of seed and scale. Optimizers and architectures
 * are dealt to a scenario's configurations by their weights; {@link Draft} and {@link Scenario}
 * draw the rest. A fifth of the configurations is run with two seeds. No two runs share a seed.
 *
 * <p><b>Splits.</b> A configuration belongs to one split, with all its seeds. A scenario's
 * configurations, sorted by optimizer, go to the splits in turns. A scenario's runs do not depend
 * on the other scenarios, so that a change of one scenario leaves the rest of the corpus valid.
 */
final class CorpusPlan {
  private static final int SEEDS_A_SCENARIO = 1000;
  private static final int RUNS_TO_A_SECOND_SEED = 6;
  private static final int SMALL_SHARE = 6;
  private static final int FEWEST = 4;
  private static final Comparator<Family> FAMILIES =
      Comparator.comparing(Family::optimizer)
          .thenComparing(Family::architecture)
          .thenComparing(Family::logEvery);

  /** The size of the corpus. */
  enum Scale {
    FULL,
    /** A sixth of the runs, to try the command out. */
    SMALL
  }

  private CorpusPlan() {}

  /** The planned runs of a seed and a scale. */
  static List<PlannedRun> of(long seed, Scale scale) {
    List<PlannedRun> runs = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      int count = scenario.runs();
      if (scale == Scale.SMALL) {
        count = Math.max(FEWEST, count / SMALL_SHARE);
      }
      long firstSeed =
          1 + SEEDS_A_SCENARIO * (Scenario.values().length * seed + scenario.ordinal());
      runs.addAll(runs(scenario, count, firstSeed));
    }
    return runs;
  }

  private static List<PlannedRun> runs(Scenario scenario, int count, long firstSeed) {
    int twice = count / RUNS_TO_A_SECOND_SEED;
    List<Configuration> configurations = configurations(scenario, count - twice, firstSeed);
    List<PlannedRun> runs = new ArrayList<>();
    for (int i = 0; i < configurations.size(); i++) {
      Split split = Split.ofTurn(scenario.ordinal() + i);
      // the k-th of n configurations makes the runs up to number (k + 1)·count/n
      while (runs.size() < (i + 1) * count / configurations.size()) {
        runs.add(run(scenario, configurations.get(i), split, runs.size() + 1, firstSeed));
      }
    }
    return runs;
  }

  private static List<Configuration> configurations(Scenario scenario, int count, long seed) {
    Draw draw = new Draw(seed);
    List<Optimizer> optimizers = draw.deal(count, scenario.optimizers());
    List<Architecture> architectures = draw.deal(count, architectures());
    List<Configuration> configurations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Draft draft = new Draft(draw, optimizers.get(i), architectures.get(i));
      scenario.shape(draft);
      configurations.add(draft.finish());
    }
    // sorted by family, so that each family is spread over the splits
    configurations.sort(Comparator.comparing(Configuration::family, FAMILIES));
    return configurations;
  }

  private static Map<Architecture, Integer> architectures() {
    Map<Architecture, Integer> weights = new LinkedHashMap<>();
    weights.put(Architecture.PRE_LN, 5);
    weights.put(Architecture.POST_LN, 2);
    weights.put(Architecture.RMS_SWIGLU, 3);
    return weights;
  }

  private static PlannedRun run(
      Scenario scenario, Configuration configuration, Split split, int number, long firstSeed) {
    Family family = configuration.family();
    String name =
        String.format(
            Locale.ROOT,
            "%s-%s-%s-%03d",
            scenario.wireName(),
            family.architecture().wireName(),
            family.optimizer().wireName(),
            number);
    List<String> arguments = new ArrayList<>();
    arguments.add(PlannedRun.RUN + name);
    arguments.add(PlannedRun.SEED + (firstSeed + number));
    arguments.addAll(configuration.arguments());
    return new PlannedRun(name, split, scenario, family, arguments, configuration.struck());
  }
}
