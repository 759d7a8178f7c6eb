// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fit WHAT --csv FILE}: what small models tell of large ones; see docs/fit.md. */
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
      "Fits trends across model sizes to a table of runs, such as sweep writes.",
      "",
      "docs/fit.md says what each fit is, which columns it reads and what it cannot tell."
    },
    footer = {
      "",
      "Exit code 0: fitted, with warnings on standard error. 1: the table holds something wrong or"
          + " too little. 2: wrong usage."
    })
public final class FitCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected what to fit: " + spec.subcommands().keySet());
  }
}
