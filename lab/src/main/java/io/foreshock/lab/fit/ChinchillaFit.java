// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.chinchilla.Allocation;
import io.foreshock.predictors.scaling.chinchilla.Bootstrap;
import io.foreshock.predictors.scaling.chinchilla.Caveat;
import io.foreshock.predictors.scaling.chinchilla.Caveats;
import io.foreshock.predictors.scaling.chinchilla.Envelope;
import io.foreshock.predictors.scaling.chinchilla.Frontier;
import io.foreshock.predictors.scaling.chinchilla.Influence;
import io.foreshock.predictors.scaling.chinchilla.IsoFlop;
import io.foreshock.predictors.scaling.chinchilla.LossSurface;
import io.foreshock.predictors.scaling.chinchilla.Observations;
import io.foreshock.predictors.scaling.chinchilla.ParametricFit;
import io.foreshock.predictors.scaling.chinchilla.TrainingCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fit chinchilla}: see {@link ParametricFit}, {@link IsoFlop} and {@link Envelope}. */
@Command(
    name = "chinchilla",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits how a budget of FLOPs is best split between parameters and tokens (Hoffmann et al. 2022,"
          + " known as Chinchilla).",
      "",
      "Required columns: parameters, tokens and loss (nats per token). If there is no column tokens,"
          + " the tokens are computed from a column flops as flops / (6 · parameters).",
      "Optional columns: schedule_tokens or total_tokens, the tokens at which the learning-rate"
          + " schedule of the run ends; run, the name of the run, by which approach 1 separates the"
          + " training curves."
    },
    footer = {
      "",
      "Example:",
      "  foreshock fit chinchilla --csv runs.csv --budget 1e21 --plot best-size.svg"
    })
final class ChinchillaFit extends Fit {
  private static final int SURFACE_UNKNOWNS = 5;
  private static final int FRONTIER_UNKNOWNS = 3;

  @Option(
      names = "--approach",
      paramLabel = "1|2|3",
      defaultValue = "3",
      description =
          "Method to fit with. 1: the envelope of the training curves; 2: a parabola for each budget;"
              + " 3: the surface L(N, D) = E + A/N^alpha + B/D^beta. Default: ${DEFAULT-VALUE}.")
  private int approach;

  @Option(
      names = "--budget",
      paramLabel = "FLOPS",
      description =
          "Training budget, 6 · parameters · tokens, to compute the best split for. May be"
              + " repeated. Default: none.")
  private List<Double> budgets = List.of();

  @Mixin private final Resampling resampling = new Resampling();

  @Option(
      names = "--exclude-highest",
      paramLabel = "ROWS",
      defaultValue = "0",
      description =
          "Number of rows with the highest losses to leave out. Default: ${DEFAULT-VALUE}.")
  private int excluded;

  @Option(
      names = "--best",
      description =
          "Of all rows with the same parameters and tokens, use only the one with the lowest loss.")
  private boolean best;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "For approach 2: the largest relative difference of FLOPs between rows of one budget, 0 to"
              + " 1. Default: ${DEFAULT-VALUE}.")
  private double tolerance;

  @Option(
      names = "--smooth",
      paramLabel = "ROWS",
      defaultValue = "0",
      description =
          "For approach 1: width of the Gaussian that smooths each training curve, in rows; 0: no"
              + " smoothing. The paper uses 10 steps. Default: ${DEFAULT-VALUE}.")
  private double smooth;

  @Option(
      names = "--parameters",
      paramLabel = "COLUMN",
      defaultValue = "parameters",
      description =
          "Name of the column with the number of parameters, such as parameters_total. Default:"
              + " ${DEFAULT-VALUE}.")
  private String parameters = "parameters";

  @Override
  void check() {
    require(approach >= 1 && approach <= 3, "--approach = " + approach + ": expected 1, 2 or 3");
    for (double budget : budgets) {
      require(
          budget > 0 && Double.isFinite(budget),
          "--budget = " + budget + ": expected a number of FLOPs above 0");
    }
    require(excluded >= 0, "--exclude-highest = " + excluded + ": expected at least 0");
    require(tolerance >= 0 && tolerance <= 1, "--tolerance = " + tolerance + ": expected 0 to 1");
    require(
        smooth >= 0 && Double.isFinite(smooth),
        "--smooth = " + smooth + ": expected at least 0 rows");
    resampling.check();
  }

  @Override
  FitResult fit(Table table) {
    ScalingTable scaling = ScalingTable.read(table, parameters);
    Observations all = best ? scaling.rows().best() : scaling.rows();
    if (excluded >= all.size()) {
      throw new IllegalArgumentException(
          "--exclude-highest = " + excluded + ": expected fewer than the " + all.size() + " rows");
    }
    Observations rows = all.withoutHighest(excluded);
    return switch (approach) {
      case 1 -> envelope(scaling, rows);
      case 2 -> isoFlop(rows);
      default -> surface(rows);
    };
  }

  private FitResult surface(Observations rows) {
    ParametricFit fit = ParametricFit.of(rows, Estimates.PARALLEL);
    LossSurface surface = fit.surface();
    Estimates<LossSurface> estimates =
        new Estimates<>(
                surface,
                resampling.of(
                    () ->
                        fit.bootstrap(
                            rows, resampling.draws(), resampling.seed(), Estimates.PARALLEL)))
            .with("E", LossSurface::E)
            .with("A", LossSurface::A)
            .with("B", LossSurface::B)
            .with("alpha", LossSurface::alpha)
            .with("beta", LossSurface::beta)
            .with("a", LossSurface::a)
            .with("b", LossSurface::b);
    List<Caveat> caveats = caveats(rows, SURFACE_UNKNOWNS, estimates);
    caveats.addAll(Caveats.of(surface, rows));
    caveats.addAll(Influence.of(rows, fit, Estimates.PARALLEL).caveats(surface.a()));
    ScalingReport<LossSurface> report =
        new ScalingReport<>(approach, estimates, LossSurface::optimal, rows, excluded);
    report.put("objective", fit.objective());
    rows.rows().forEach(row -> report.point(row.flops(), row.parameters()));
    return report.result(budgets, caveats);
  }

  private FitResult isoFlop(Observations rows) {
    IsoFlop fit = IsoFlop.of(rows, tolerance);
    Estimates<Frontier> estimates =
        frontier(
            fit.frontier(),
            () ->
                IsoFlop.bootstrap(
                    rows, tolerance, resampling.draws(), resampling.seed(), Estimates.PARALLEL));
    List<Caveat> caveats = caveats(rows, FRONTIER_UNKNOWNS, estimates);
    Caveats.of(fit).ifPresent(caveats::add);
    ScalingReport<Frontier> report =
        new ScalingReport<>(approach, estimates, Frontier::optimal, rows, excluded);
    report.put(fit.budgets());
    return report.result(budgets, caveats);
  }

  private FitResult envelope(ScalingTable scaling, Observations rows) {
    List<TrainingCurve> curves =
        scaling.curves(rows).stream().map(curve -> curve.smoothed(smooth)).toList();
    Envelope fit = Envelope.of(curves);
    Estimates<Frontier> estimates =
        frontier(
            fit.frontier(),
            () ->
                Envelope.bootstrap(
                    curves, resampling.draws(), resampling.seed(), Estimates.PARALLEL));
    List<Caveat> caveats = caveats(rows, FRONTIER_UNKNOWNS, estimates);
    ScalingReport<Frontier> report =
        new ScalingReport<>(approach, estimates, Frontier::optimal, rows, excluded);
    report.put("curves", curves.size());
    report.put("envelope_points", fit.points().size());
    report.put("envelope_left_out", fit.leftOut());
    for (Allocation point : fit.points()) {
      report.point(point.flops(), point.parameters());
    }
    return report.result(budgets, caveats);
  }

  private Estimates<Frontier> frontier(Frontier frontier, Supplier<Bootstrap<Frontier>> refits) {
    return new Estimates<>(frontier, resampling.of(refits))
        .with("a", Frontier::a)
        .with("b", Frontier::b)
        .with("coefficient", Frontier::coefficient);
  }

  private static List<Caveat> caveats(Observations rows, int unknowns, Estimates<?> estimates) {
    List<Caveat> caveats = new ArrayList<>(Caveats.of(rows, unknowns));
    estimates.refits().flatMap(Caveats::of).ifPresent(caveats::add);
    return caveats;
  }
}
