// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.print.Csv;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.scaling.Crossing;
import io.foreshock.predictors.scaling.GradientRms;
import io.foreshock.predictors.scaling.Prediction;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fit grad-rms}: see {@link GradientRms}. */
@Command(
    name = "grad-rms",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fits how the gradients shrink with the model's size and the learning rate, and predicts the"
          + " size at which they become as small as Adam's epsilon.",
      "",
      "Required columns: parameters, learning_rate and grad_rms. Rows with status=diverged are left"
          + " out."
    },
    footer = {
      "",
      "Example:",
      "  foreshock fit grad-rms --csv sweep/results.csv --where variant=base --at 1e9"
    })
final class GradRmsFit extends Fit {
  private static final String COLUMN = "grad_rms";

  /** Farther than this from the fitted sizes a straight line is not credible. */
  private static final double FAR_DECADES = 2;

  @Mixin private final SizesAsked asked = new SizesAsked();

  @Option(
      names = "--epsilon",
      paramLabel = "EPSILON",
      defaultValue = "1e-8",
      description = "Adam's epsilon, the limit for the gradients. Default: ${DEFAULT-VALUE}.")
  private double epsilon;

  @Override
  void check() {
    asked.check();
    require(LogPlot.canDraw(epsilon), "--epsilon = " + epsilon + ": expected a number above 0");
  }

  @Override
  FitResult fit(Table table) {
    Table kept = table.without("status", "diverged");
    List<TrendPoint> points = SizeTrends.points(kept, COLUMN, false);
    GradientRms fit = GradientRms.fit(points, epsilon);
    int excluded = table.size() - kept.size() + fit.excluded();
    double[] sizes = asked.after(points);
    List<String> warnings = new ArrayList<>(fit.caveats());
    if (fit.learningRates().stream()
        .anyMatch(rate -> fit.criticalParameters(rate).decadesOutside() > FAR_DECADES)) {
      warnings.add(
          "some sizes at which the gradients reach epsilon are more than 100 times outside the"
              + " fitted sizes");
    }
    return new FitResult(
        text(fit, sizes),
        json(fit, sizes).put("excluded", excluded),
        csv(fit, sizes),
        plot(fit, points, sizes),
        warnings);
  }

  private static String text(GradientRms fit, double[] sizes) {
    TextTable text =
        TextTable.ofNumbers(
            ("learning rate|parameters|gradient RMS|95 %|outside by|reaches epsilon at|95 %"
                    + "|outside by")
                .split("\\|"));
    for (double rate : fit.learningRates()) {
      Crossing critical = fit.criticalParameters(rate);
      for (double size : sizes) {
        Prediction prediction = fit.predict(size, rate);
        text.row(
            Figures.number(rate),
            Figures.number(size),
            Figures.number(prediction.value()),
            Figures.interval(prediction.low(), prediction.high()),
            SizeTrends.outside(prediction.decadesOutside()),
            SizeTrends.text(critical),
            Figures.interval(critical.low(), critical.high()),
            SizeTrends.outside(critical.decadesOutside()));
      }
    }
    double[] c = fit.coefficients();
    return "log10 of the gradient RMS = %s%s%s%s, ± %s decades; epsilon %s\n\n%s"
        .formatted(
            Figures.number(c[0]),
            term(c[1], "log10 N"),
            term(c[2], "log10 η"),
            term(c[3], "log10 N log10 η"),
            Figures.number(fit.deviationDecades()),
            Figures.number(fit.epsilon()),
            text);
  }

  private static String term(double coefficient, String name) {
    return coefficient == 0
        ? ""
        : (coefficient < 0 ? " − " : " + ") + Figures.number(Math.abs(coefficient)) + " " + name;
  }

  private static ObjectNode json(GradientRms fit, double[] sizes) {
    ObjectNode json = Json.object();
    ArrayNode rows = json.putArray("rows");
    for (double rate : fit.learningRates()) {
      ObjectNode row = rows.addObject();
      row.put("learning_rate", rate);
      ArrayNode predictions = row.putArray("predictions");
      for (double size : sizes) {
        predictions.add(SizeTrends.json(COLUMN, fit.predict(size, rate)));
      }
      SizeTrends.put(row, "critical_parameters", fit.criticalParameters(rate));
    }
    json.set("coefficients", Json.MAPPER.valueToTree(fit.coefficients()));
    json.put("deviation_decades", Json.finite(fit.deviationDecades()));
    json.put("epsilon", fit.epsilon());
    return json;
  }

  private static List<List<String>> csv(GradientRms fit, double[] sizes) {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        List.of(
            ("learning_rate,parameters,grad_rms,low,high,critical_parameters"
                    + ",critical_parameters_low,critical_parameters_high")
                .split(",")));
    for (double rate : fit.learningRates()) {
      Crossing c = fit.criticalParameters(rate);
      for (double size : sizes) {
        Prediction p = fit.predict(size, rate);
        double low = SizeTrends.open(c.low());
        csv.add(Csv.exact(rate, size, p.value(), p.low(), p.high(), c.at(), low, c.high()));
      }
    }
    return csv;
  }

  private static LogPlot plot(GradientRms fit, List<TrendPoint> points, double[] sizes) {
    LogPlot plot =
        new LogPlot(
            "Gradients against size", "parameters without embedding and head", "gradient RMS");
    double[] grid = SizeTrends.grid(points, sizes);
    for (double rate : fit.learningRates()) {
      SizeTrends.draw(plot, points, rate, grid, size -> fit.predict(size, rate));
    }
    return plot.limit("ε " + Figures.number(fit.epsilon()), fit.epsilon());
  }
}
