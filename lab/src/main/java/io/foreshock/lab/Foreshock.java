// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab;

import io.foreshock.lab.corpus.CorpusCommand;
import io.foreshock.lab.demo.DemoCommand;
import io.foreshock.lab.fit.FitCommand;
import io.foreshock.lab.preflight.PreflightCommand;
import io.foreshock.lab.replay.ReplayCommand;
import io.foreshock.lab.report.ReportCommand;
import io.foreshock.lab.sweep.SweepCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The commands that read files or start trainers. {@code monitor} and {@code train} have main
 * classes of their own. The exit code is 0 for success, 1 for a failure and 2 for a usage error.
 */
@Command(
    name = "foreshock",
    mixinStandardHelpOptions = true,
    subcommands = {
      CorpusCommand.class,
      DemoCommand.class,
      FitCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      SweepCommand.class
    },
    description = "Warns of a training run's divergence before it happens.")
public final class Foreshock {
  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * All commands. {@code preflight} is added here because its options are made from the contract's
   * fields, not from annotations alone.
   */
  public static CommandLine commandLine() {
    return new CommandLine(new Foreshock())
        .addSubcommand("preflight", PreflightCommand.spec())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}
