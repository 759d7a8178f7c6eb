// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.TrendPoint;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --at}: the model sizes a trend is asked about. */
final class SizesAsked {
  @Option(
      names = "--at",
      paramLabel = "N",
      split = ",",
      description = "Sizes to predict; default: the one that follows in the sweep.")
  private double[] at;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec fit;

  /** Refuses sizes that are none. */
  void check() {
    if (at != null && !Arrays.stream(at).allMatch(LogPlot::drawn)) {
      throw new ParameterException(
          fit.commandLine(), "--at = " + Arrays.toString(at) + ": expected sizes above 0");
    }
  }

  /** Those given, else the one that follows those of the points. */
  double[] after(List<TrendPoint> points) {
    return at == null ? new double[] {SizeTrends.nextSize(points)} : at;
  }
}
