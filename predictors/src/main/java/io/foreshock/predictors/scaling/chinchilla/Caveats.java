// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Finds the {@link Caveat}s of a table and of the fits to it. */
public final class Caveats {
  /** Share of embeddings above which the exponents depend on counting them. */
  private static final double NOTABLE_SHARE = 0.1;

  private static final double MATCHED = 0.05;
  private static final int ROWS_AN_UNKNOWN = 4;
  private static final double LEAST_EXPONENT = 0.01;
  private static final double MOST_EXPONENT = 2;
  private static final double LEAST_FLOOR = 1e-3;

  private Caveats() {}

  /**
   * Returns the caveats of the rows alone.
   *
   * @param unknowns number of unknowns of the fit
   */
  public static List<Caveat> of(Observations rows, int unknowns) {
    List<Caveat> caveats = new ArrayList<>();
    few(rows.size(), unknowns).ifPresent(caveats::add);
    counted(rows).ifPresent(caveats::add);
    caveats.addAll(schedule(rows));
    repeated(rows).ifPresent(caveats::add);
    return caveats;
  }

  /** Returns the caveat of too few rows for the unknowns. */
  public static Optional<Caveat> few(int rows, int unknowns) {
    int enough = ROWS_AN_UNKNOWN * unknowns;
    return when(
        rows < enough,
        Caveat.Kind.FEW_POINTS,
        "%d rows for %d unknowns: expect large errors below %d rows",
        rows,
        unknowns,
        enough);
  }

  /** Returns the caveats of a surface: exponents or an irreducible loss without meaning. */
  public static List<Caveat> of(LossSurface surface, Observations rows) {
    List<Caveat> caveats = new ArrayList<>();
    exponent("alpha", surface.alpha()).ifPresent(caveats::add);
    exponent("beta", surface.beta()).ifPresent(caveats::add);
    floor(surface.E(), rows.least(Observation::loss)).ifPresent(caveats::add);
    return caveats;
  }

  /** Returns the caveats of a power law. */
  public static List<Caveat> of(PowerLaw law, double leastY) {
    List<Caveat> caveats = new ArrayList<>();
    exponent("alpha", Math.abs(law.alpha())).ifPresent(caveats::add);
    floor(law.E(), leastY).ifPresent(caveats::add);
    return caveats;
  }

  /** Returns the caveat of an allocation outside of the rows, in compute, size or length. */
  public static Optional<Caveat> of(Allocation allocation, Observations rows) {
    List<String> outside = new ArrayList<>();
    outside(outside, "C", allocation.flops(), rows, Observation::flops);
    outside(outside, "N", allocation.parameters(), rows, Observation::parameters);
    outside(outside, "D", allocation.tokens(), rows, Observation::tokens);
    return when(
        !outside.isEmpty(),
        Caveat.Kind.EXTRAPOLATION,
        "budget %.4g: %s",
        allocation.flops(),
        String.join(", ", outside));
  }

  /** Returns the caveat of a value outside of the fitted range. */
  public static Optional<Caveat> outside(String name, double value, double least, double most) {
    List<String> outside = new ArrayList<>();
    outside(outside, name, value, least, most);
    return outside.stream()
        .findFirst()
        .map(message -> Caveat.of(Caveat.Kind.EXTRAPOLATION, message));
  }

  /** Returns the caveat of budgets that were left out. */
  public static Optional<Caveat> of(IsoFlop fit) {
    List<Budget> without = fit.budgets().stream().filter(b -> b.minimum().isEmpty()).toList();
    if (without.isEmpty()) {
      return Optional.empty();
    }
    List<String> reasons =
        without.stream().map(b -> text("%.4g (%s)", b.flops(), b.problem())).toList();
    return Optional.of(
        new Caveat(
            Caveat.Kind.BUDGETS_LEFT_OUT,
            without.stream().flatMap(b -> b.rows().stream()).toList(),
            text("%d of %d budgets left out: ", without.size(), fit.budgets().size())
                + String.join("; ", reasons)));
  }

  /** Returns the caveat of draws without a fit. */
  public static Optional<Caveat> of(Bootstrap<?> bootstrap) {
    int draws = bootstrap.failed() + bootstrap.fits().size();
    return when(
        bootstrap.failed() > 0,
        Caveat.Kind.FAILED_REFITS,
        "%d of %d draws could not be fitted and are left out, so errors and intervals are too small",
        bootstrap.failed(),
        draws);
  }

  private static Optional<Caveat> counted(Observations rows) {
    double smallest = rows.least(Observation::parameters);
    double largest = rows.most(Observation::parameters);
    double share = EmbeddingShare.ofTotal(smallest);
    return when(
        !(share < NOTABLE_SHARE),
        Caveat.Kind.PARAMETERS_COUNTED,
        "which parameters are counted matters here: of a usual transformer of %.3g parameters in all"
            + " %.0f %% are embeddings, of one of %.3g %.1f %%; leaving them out raises a (Pearce and"
            + " Song 2024)",
        smallest,
        100 * share,
        largest,
        100 * EmbeddingShare.ofTotal(largest));
  }

  private static List<Caveat> schedule(Observations rows) {
    List<Caveat> caveats = new ArrayList<>();
    List<Integer> unknown =
        rows.rows().stream()
            .filter(row -> Double.isNaN(row.scheduleTokens()))
            .map(Observation::row)
            .toList();
    List<Integer> unmatched =
        rows.rows().stream()
            .filter(row -> Math.abs(row.tokens() / row.scheduleTokens() - 1) > MATCHED)
            .map(Observation::row)
            .toList();
    if (!unmatched.isEmpty()) {
      caveats.add(
          new Caveat(
              Caveat.Kind.SCHEDULE_NOT_MATCHED,
              unmatched,
              text(
                  "%d of %d losses are not from the end of their learning-rate schedule: they are too"
                      + " high and bias the exponents (Hoffmann et al. 2022, §3.1)",
                  unmatched.size(), rows.size())));
    }
    if (!unknown.isEmpty()) {
      caveats.add(
          new Caveat(
              Caveat.Kind.SCHEDULE_UNKNOWN,
              unknown.size() == rows.size() ? List.of() : unknown,
              "whether each learning-rate schedule ended with its run cannot be known without a"
                  + " column schedule_tokens; losses from the middle of one bias the exponents"));
    }
    return caveats;
  }

  private static Optional<Caveat> repeated(Observations rows) {
    Map<List<Double>, List<Integer>> places = new HashMap<>();
    for (Observation row : rows.rows()) {
      places
          .computeIfAbsent(List.of(row.parameters(), row.tokens()), place -> new ArrayList<>())
          .add(row.row());
    }
    List<Integer> repeated =
        places.values().stream().filter(p -> p.size() > 1).flatMap(List::stream).sorted().toList();
    return repeated.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Caveat(
                Caveat.Kind.REPEATED_POINTS,
                repeated,
                text(
                    "%d rows share parameters and tokens with another: fine for seeds, wrong for"
                        + " learning rates, of which only the best one belongs here",
                    repeated.size())));
  }

  private static Optional<Caveat> exponent(String name, double value) {
    return when(
        !(value >= LEAST_EXPONENT && value <= MOST_EXPONENT),
        Caveat.Kind.AT_BOUND,
        "%s = %.4g is outside of %s to %s: the rows do not determine it",
        name,
        value,
        LEAST_EXPONENT,
        MOST_EXPONENT);
  }

  private static Optional<Caveat> floor(double irreducible, double least) {
    return when(
        irreducible != 0 && !(irreducible > LEAST_FLOOR * least),
        Caveat.Kind.AT_BOUND,
        "E = %.3g is almost 0: the rows show no irreducible part",
        irreducible);
  }

  private static Optional<Caveat> when(
      boolean holds, Caveat.Kind kind, String format, Object... values) {
    return holds ? Optional.of(Caveat.of(kind, text(format, values))) : Optional.empty();
  }

  private static void outside(
      List<String> outside,
      String name,
      double value,
      Observations rows,
      ToDoubleFunction<Observation> column) {
    outside(outside, name, value, rows.least(column), rows.most(column));
  }

  private static void outside(
      List<String> outside, String name, double value, double least, double most) {
    if (value > most) {
      outside.add(text("%s = %.3g is %.3g times the largest fitted", name, value, value / most));
    } else if (value < least) {
      outside.add(text("%s = %.3g is %.3g of the smallest fitted", name, value, value / least));
    }
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
