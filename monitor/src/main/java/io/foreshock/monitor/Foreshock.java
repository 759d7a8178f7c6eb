// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.corpus.CorpusCommand;
import io.foreshock.monitor.demo.DemoCommand;
import io.foreshock.monitor.fit.FitCommand;
import io.foreshock.monitor.replay.ReplayCommand;
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
      ReportCommand.class
    },
    description = "Warns of a training run's divergence before it happens.")
public final class Foreshock {
  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Foreshock()).execute(arguments));
  }
}
