// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.chinchilla.Bootstrap;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the bootstrap. */
final class Resampling {
  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Number of fits to resampled rows, from which standard errors and intervals are computed;"
              + " 0: none. Default: ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "Random seed of the resampling. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec fit;

  /** Rejects a number of draws from which no standard error can be computed. */
  void check() {
    if (draws < 0 || draws == 1) {
      throw new ParameterException(
          fit.commandLine(), "--bootstrap = " + draws + ": expected 0 (none) or at least 2");
    }
  }

  int draws() {
    return draws;
  }

  long seed() {
    return seed;
  }

  /** The refits; empty if {@code --bootstrap} is 0. */
  <T> Optional<Bootstrap<T>> of(Supplier<Bootstrap<T>> bootstrap) {
    return draws == 0 ? Optional.empty() : Optional.of(bootstrap.get());
  }
}
