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
      "Fits how the largest attention logit grows with the model's size: a curve for each learning"
          + " rate, and the size and the learning rate at which the limit is reached.",
      "",
      "Required columns: parameters, learning_rate and attention_logit_max. inf means that the logit"
          + " overflowed, nan that the run diverged before it was measured; neither is fitted."
    },
    footer = {"", "Example:", "  foreshock fit logit-growth --csv sweep/results.csv --at 1e8,1e9"})
final class LogitGrowthFit extends Fit {
  @Mixin private final SizesAsked asked = new SizesAsked();

  @Option(
      names = "--model",
      paramLabel = "quadratic|line|joint",
      defaultValue = "quadratic",
      description =
          "Shape of the fit. quadratic: a parabola in log N for each learning rate, as in the paper;"
              + " line: a straight line for each learning rate; joint: one surface over size and"
              + " learning rate. Default: ${DEFAULT-VALUE}.")
  private LogitShape shape = LogitShape.QUADRATIC;

  @Option(
      names = "--limit",
      paramLabel = "LOGIT",
      defaultValue = "1e4",
      description =
          "Attention logit that must not be reached, or the word seen: the largest logit of a run"
              + " that did not diverge. Default: ${DEFAULT-VALUE}.")
  private String limitText = "1e4";

  @Option(
      names = "--hold-out",
      description =
          "Also predict each size from the smaller sizes, and print the errors. With --format csv,"
              + " print only these predictions.")
  private boolean holdOut;

  @Override
  void check() {
    asked.check();
    require(
        limitText.equals("seen") || LogPlot.canDraw(number(limitText)),
        "--limit = " + limitText + ": expected a number above 0 or the word seen");
  }

  @Override
  FitResult fit(Table table) {
    List<TrendPoint> points = SizeTrends.points(table, LogitOutput.COLUMN, true);
    table.warnUnlessEqual("attention_logit_step");
    double limit = limitText.equals("seen") ? seen(table, points) : number(limitText);
    LogitGrowth growth = LogitGrowth.fit(points, shape, limit);
    if (growth.curves().isEmpty()) {
      throw new IllegalArgumentException(
          "no basis: expected a learning rate with finite logits of at least two sizes");
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
      throw new IllegalArgumentException(
          "--limit = seen: expected a run that has a logit and did not diverge");
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
