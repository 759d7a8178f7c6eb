// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.chinchilla.Caveat;
import io.foreshock.predictors.scaling.chinchilla.Caveats;
import io.foreshock.predictors.scaling.chinchilla.PowerLaw;
import io.foreshock.predictors.scaling.chinchilla.PowerLawFit;
import io.foreshock.predictors.scaling.chinchilla.PowerLawFit.Point;
import io.foreshock.predictors.scaling.chinchilla.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fit power-law}: see {@link PowerLawFit}. */
@Command(
    name = "power-law",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits the power law y = E + A x^(-alpha) by least squares of the log residuals.",
      "",
      "Required columns: those named by --x and --y."
    },
    footer = {
      "",
      "Example:",
      "  foreshock fit power-law --csv runs.csv --x tokens --y loss --at 1e12"
    })
final class PowerFit extends Fit {
  @Option(
      names = "--x",
      paramLabel = "COLUMN",
      defaultValue = "parameters",
      description = "Name of the column with the x values. Default: ${DEFAULT-VALUE}.")
  private String xColumn = "parameters";

  @Option(
      names = "--y",
      paramLabel = "COLUMN",
      defaultValue = "loss",
      description = "Name of the column with the y values. Default: ${DEFAULT-VALUE}.")
  private String yColumn = "loss";

  @Option(names = "--no-irreducible", description = "Fit without the constant: E = 0.")
  private boolean plain;

  @Option(
      names = "--at",
      paramLabel = "X",
      description = "Value of x to predict y at. May be repeated. Default: none.")
  private List<Double> at = List.of();

  @Mixin private final Resampling resampling = new Resampling();

  @Override
  void check() {
    for (double x : at) {
      require(x > 0 && Double.isFinite(x), "--at = " + x + ": expected a number above 0");
    }
    resampling.check();
  }

  @Override
  FitResult fit(Table table) {
    table.require(xColumn, yColumn);
    double[] x = table.positive(xColumn);
    double[] y = table.positive(yColumn);
    table.check();
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      points.add(new Point(table.rowNumber(i), x[i], y[i]));
    }
    PowerLawFit fit = PowerLawFit.of(points, !plain, xColumn, yColumn);
    Estimates<PowerLaw> estimates =
        new Estimates<>(
                fit.law(),
                resampling.of(
                    () ->
                        PowerLawFit.bootstrap(
                            points,
                            !plain,
                            resampling.draws(),
                            resampling.seed(),
                            Estimates.PARALLEL)))
            .with("E", PowerLaw::E)
            .with("A", PowerLaw::A)
            .with("alpha", PowerLaw::alpha);
    List<List<String>> csv = estimates.csv();
    at.forEach(there -> csv.add(estimates.row("y at " + there, law -> law.at(there))));
    return new FitResult(
        text(fit, estimates),
        json(fit, estimates),
        csv,
        plot(points, estimates),
        caveats(points, estimates).stream().map(ScalingReport::sentence).toList());
  }

  private List<Caveat> caveats(List<Point> points, Estimates<PowerLaw> estimates) {
    double least = points.stream().mapToDouble(Point::y).min().orElseThrow();
    List<Caveat> caveats = new ArrayList<>(Caveats.of(estimates.fit(), least));
    Caveats.few(points.size(), plain ? 2 : 3).ifPresent(caveats::add);
    estimates.refits().flatMap(Caveats::of).ifPresent(caveats::add);
    double low = points.stream().mapToDouble(Point::x).min().orElseThrow();
    double high = points.stream().mapToDouble(Point::x).max().orElseThrow();
    at.forEach(x -> Caveats.outside(xColumn, x, low, high).ifPresent(caveats::add));
    return caveats;
  }

  private String text(PowerLawFit fit, Estimates<PowerLaw> estimates) {
    TextTable predictions = TextTable.ofNumbers(xColumn, yColumn, "95 %");
    for (double x : at) {
      Spread spread = estimates.spread(law -> law.at(x));
      predictions.row(
          Figures.number(x),
          Figures.number(fit.law().at(x)),
          Figures.interval(spread.low(), spread.high()));
    }
    return "%s = E + A %s^(-alpha), %s rows, standard deviation of the log residuals %s\n\n%s%s"
        .formatted(
            yColumn,
            xColumn,
            fit.points(),
            Figures.number(fit.deviation()),
            estimates.text(),
            at.isEmpty() ? "" : "\n" + predictions);
  }

  private ObjectNode json(PowerLawFit fit, Estimates<PowerLaw> estimates) {
    ObjectNode json = Json.object();
    json.put("x", xColumn);
    json.put("y", yColumn);
    estimates.putValues(json);
    json.put("deviation", fit.deviation());
    json.put("n", fit.points());
    estimates.putSpreads(json);
    ArrayNode predictions = json.putArray("predictions");
    for (double x : at) {
      ObjectNode each = predictions.addObject();
      each.put("x", x);
      each.put("y", fit.law().at(x));
      Estimates.put(each, estimates.spread(law -> law.at(x)));
    }
    return json;
  }

  private LogPlot plot(List<Point> points, Estimates<PowerLaw> estimates) {
    double[] x = points.stream().mapToDouble(Point::x).toArray();
    DoubleSummaryStatistics range =
        DoubleStream.concat(Arrays.stream(x), at.stream().mapToDouble(v -> v)).summaryStatistics();
    LogPlot plot =
        new LogPlot(yColumn + " against " + xColumn, xColumn, yColumn)
            .series("rows")
            .points(x, points.stream().mapToDouble(Point::y).toArray())
            .series("fit");
    return estimates.draw(plot, range.getMin(), range.getMax(), PowerLaw::at);
  }
}
