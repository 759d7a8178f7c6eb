// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fit WHAT --csv FILE}: predicts large models from small ones; see docs/fit.md. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    subcommands = {
      LrSensitivityFit.class,
      LogitGrowthFit.class,
      GradRmsFit.class,
      ChinchillaFit.class,
      PowerFit.class
    },
    description = {
      "Fits trends across model sizes to a table of runs, such as the results.csv of sweep.",
      "",
      "docs/fit.md and docs/chinchilla.md explain each fit, the columns that it reads and its limits."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock fit lr-sensitivity --csv sweep/results.csv --by variant",
      "  foreshock fit chinchilla --csv runs.csv --budget 1e21",
      "",
      "Exit code 0: the fit succeeded; warnings are on standard error. 1: the table contains errors"
          + " or too few runs. 2: wrong usage."
    })
public final class FitCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "expected the name of a fit: one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
