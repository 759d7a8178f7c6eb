// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.predictors.scaling.LogitGrowth;
import io.foreshock.predictors.scaling.LogitShape;
import io.foreshock.predictors.scaling.TrendPoint;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fit logit-growth}: see {@link LogitGrowth}. */
@Command(
    name = "logit-growth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How the largest attention logit grows with the model: a curve for each learning rate, the size"
          + " and the rate at which the limit is reached.",
      "",
      "Columns: parameters,learning_rate,attention_logit_max. inf says that it overflowed, nan that"
          + " the run was lost before: neither is fitted."
    })
final class LogitGrowthFit extends Fit {
  @Mixin private SizesAsked asked;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "quadratic",
      description =
          "quadratic in log N for each rate (the paper's), line, or joint: one surface over size and"
              + " rate; default ${DEFAULT-VALUE}.")
  private LogitShape shape;

  @Option(
      names = "--limit",
      paramLabel = "LOGIT",
      defaultValue = "1e4",
      description =
          "The logit not to be reached, or seen: the largest of a run that did not diverge; default"
              + " ${DEFAULT-VALUE}.")
  private String limitText;

  @Option(
      names = "--hold-out",
      description =
          "Also predict each size from the smaller ones, and tell how far that was off; csv: this"
              + " alone.")
  private boolean holdOut;

  @Override
  void check() {
    asked.check();
    if (!limitText.equals("seen") && !LogPlot.drawn(number(limitText))) {
      throw wrong("--limit = " + limitText + ": expected a logit above 0, or seen");
    }
  }

  @Override
  FitResult fit(Table table) {
    List<TrendPoint> points = SizeTrends.points(table, LogitOutput.COLUMN, true);
    table.agree("attention_logit_step");
    double limit = limitText.equals("seen") ? seen(table, points) : number(limitText);
    LogitGrowth growth = LogitGrowth.fit(points, shape, limit);
    if (growth.curves().isEmpty()) {
      throw new IllegalArgumentException(
          "no basis: no learning rate has finite logits of at least two sizes");
    }
    double[] sizes = asked.after(points);
    LogitOutput output = new LogitOutput(growth, points, sizes);
    if (!holdOut) {
      return new FitResult(
          output.text(), output.json(), output.csv(), output.plot(), growth.caveats());
    }
    LogitHoldOut heldOut = new LogitHoldOut(points, shape, limit);
    ObjectNode json = output.json();
    json.set("hold_out", heldOut.json());
    return new FitResult(
        output.text() + "\n" + heldOut.text(),
        json,
        heldOut.csv(),
        output.plot(),
        growth.caveats());
  }

  private static double seen(Table table, List<TrendPoint> points) {
    List<String> status = table.has("status") ? table.texts("status") : null;
    double largest = 0;
    for (int i = 0; i < points.size(); i++) {
      boolean stable = status == null || !status.get(i).equals("diverged");
      double value = points.get(i).value();
      largest = stable && Double.isFinite(value) ? Math.max(largest, value) : largest;
    }
    if (largest == 0) {
      throw new IllegalArgumentException("--limit seen: no run that did not diverge has a logit");
    }
    return largest;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
