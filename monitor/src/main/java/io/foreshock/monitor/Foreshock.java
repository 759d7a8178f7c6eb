// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.corpus.CorpusCommand;
import io.foreshock.monitor.demo.DemoCommand;
import io.foreshock.monitor.fit.FitCommand;
import io.foreshock.monitor.preflight.ForecastCommand;
import io.foreshock.monitor.replay.ReplayCommand;
import io.foreshock.monitor.sweep.SweepCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of this module under one name; 0 success, 1 failure, 2 usage error. */
@Command(
    name = "foreshock",
    mixinStandardHelpOptions = true,
    subcommands = {
      CorpusCommand.class,
      DemoCommand.class,
      FitCommand.class,
      MonitorCommand.class,
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
   * All commands; those whose options are made from the contract's fields are no annotated classes.
   */
  static CommandLine commandLine() {
    return new CommandLine(new Foreshock()).addSubcommand("forecast", ForecastCommand.spec());
  }
}
