// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Approach 2: the best size for each of several budgets, and a power law through them.
 *
 * <p><b>Definition.</b> Rows whose C is within a tolerance of the group's lowest are one {@link
 * Budget}; its parabola of loss in ln N has its minimum at N_opt. A {@link Frontier} goes through
 * the minima.
 *
 * <p><b>Edges.</b> Budgets without a minimum among the sizes tried are left out, with the reason.
 * The exponent does not depend on how wide the sizes are spread, but N_opt does: the surface is
 * steeper towards small models than a parabola, so sizes ×÷ 2, 4, 16 around the optimum put it 0.3,
 * 1.3, 5.4 % too high on Hoffmann's surface. <b>Threads.</b> Immutable. <b>Source.</b> Hoffmann et
 * al. 2022, §3.2.
 *
 * @param frontier power law through the minima
 * @param budgets all budgets, rising, including those left out
 */
public record IsoFlop(Frontier frontier, List<Budget> budgets) {
  /** Width of a budget that suits tables of rounded FLOPs. */
  public static final double USUAL_TOLERANCE = 0.05;

  public IsoFlop {
    budgets = List.copyOf(budgets);
  }

  /**
   * Fits the rows.
   *
   * @param tolerance relative distance that FLOPs of a budget may have, 0 to 1
   * @throws FitException when fewer than two budgets have a minimum
   */
  public static IsoFlop of(Observations rows, double tolerance) {
    List<List<Observation>> groups = groups(rows, tolerance);
    List<Budget> budgets = groups.stream().map(Budget::of).toList();
    return Frontier.through(minima(budgets))
        .map(frontier -> new IsoFlop(frontier, budgets))
        .orElseThrow(() -> FitException.column("flops", problem(budgets)));
  }

  /** Refits rows drawn with replacement; the groups of budgets stay the same. */
  public static Bootstrap<Frontier> bootstrap(
      Observations rows, double tolerance, int draws, long seed, Pieces pieces) {
    List<List<Observation>> groups = groups(rows, tolerance);
    return Bootstrap.of(
        rows.size(),
        draws,
        seed,
        pieces,
        counts -> {
          List<Budget> budgets = new ArrayList<>();
          int next = 0;
          for (List<Observation> group : groups) {
            List<Observation> drawn = new ArrayList<>();
            for (Observation row : group) {
              IntStream.range(0, counts[next++]).forEach(time -> drawn.add(row));
            }
            if (!drawn.isEmpty()) {
              budgets.add(Budget.of(drawn));
            }
          }
          return Frontier.through(minima(budgets));
        });
  }

  private static List<List<Observation>> groups(Observations rows, double tolerance) {
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new IllegalArgumentException("tolerance = " + tolerance + ": expected 0 to 1");
    }
    List<List<Observation>> groups = new ArrayList<>();
    double first = Double.NaN;
    for (Observation row :
        rows.rows().stream().sorted(Comparator.comparingDouble(Observation::flops)).toList()) {
      if (!(row.flops() <= first * (1 + tolerance) * (1 + 1e-12))) { // 6ND was rounded
        first = row.flops();
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(row);
    }
    return groups;
  }

  private static List<Allocation> minima(List<Budget> budgets) {
    return budgets.stream().map(Budget::minimum).flatMap(Optional::stream).toList();
  }

  private static String problem(List<Budget> budgets) {
    String first =
        budgets.stream()
            .filter(budget -> budget.minimum().isEmpty())
            .findFirst()
            .map(budget -> "; C = " + budget.flops() + ": " + budget.problem())
            .orElse("");
    return "%s of %s budgets have a minimum among their sizes: expected at least 2%s"
        .formatted(minima(budgets).size(), budgets.size(), first);
  }
}
