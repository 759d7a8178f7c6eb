// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import io.foreshock.predictors.scaling.chinchilla.Bootstrap;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the bootstrap. */
final class Resampling {
  @Option(
      names = "--bootstrap",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Refits to rows drawn anew, for errors and intervals; default ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description = "Of the draws; default ${DEFAULT-VALUE}.")
  private long seed;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec fit;

  /** Refuses numbers of draws from which no error can be estimated. */
  void check() {
    if (draws < 0 || draws == 1) {
      throw new ParameterException(
          fit.commandLine(), "--bootstrap = " + draws + ": expected 0 for none, or at least 2");
    }
  }

  int draws() {
    return draws;
  }

  long seed() {
    return seed;
  }

  /** Refits, if any are asked for. */
  <T> Optional<Bootstrap<T>> of(Supplier<Bootstrap<T>> bootstrap) {
    return draws == 0 ? Optional.empty() : Optional.of(bootstrap.get());
  }
}
