// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.TrendPoint;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --at}: the model sizes to predict. */
final class SizesAsked {
  @Option(
      names = "--at",
      paramLabel = "N",
      split = ",",
      description =
          "Model sizes to predict, in parameters, separated by commas. Default: the size that would"
              + " come next in the table.")
  private double @Nullable [] at;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec fit;

  /** Rejects values that are not sizes. */
  void check() {
    if (at != null && !Arrays.stream(at).allMatch(LogPlot::canDraw)) {
      throw new ParameterException(
          fit.commandLine(), "--at = " + Arrays.toString(at) + ": expected sizes above 0");
    }
  }

  /** The given sizes; if there are none, the next size after those of the points. */
  double[] after(List<TrendPoint> points) {
    return at == null ? new double[] {SizeTrends.nextSize(points)} : at;
  }
}
