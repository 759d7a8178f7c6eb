// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab;

import io.foreshock.lab.attach.AttachCommand;
import io.foreshock.lab.corpus.CorpusCommand;
import io.foreshock.lab.demo.DemoCommand;
import io.foreshock.lab.export.ExportCommand;
import io.foreshock.lab.export.SqlCommand;
import io.foreshock.lab.fit.FitCommand;
import io.foreshock.lab.preflight.PreflightCommand;
import io.foreshock.lab.replay.ReplayCommand;
import io.foreshock.lab.report.ReportCommand;
import io.foreshock.lab.sweep.SweepCommand;
import io.foreshock.monitor.wire.Version;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/**
 * The commands that read files or start trainers. {@code monitor} and {@code train} have main
 * classes of their own. The exit code is 0 for success, 1 for a failure and 2 for a usage error.
 */
@Command(
    name = "foreshock",
    mixinStandardHelpOptions = true,
    subcommands = {
      AttachCommand.class,
      CorpusCommand.class,
      DemoCommand.class,
      ExportCommand.class,
      FitCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      SqlCommand.class,
      SweepCommand.class
    },
    description = "Warns before a training run diverges.")
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
    CommandLine line =
        new CommandLine(new Foreshock())
            .addSubcommand("preflight", PreflightCommand.spec())
            .setCaseInsensitiveEnumValuesAllowed(true);
    for (Class<Integer> whole : List.of(int.class, Integer.class)) {
      register(line, whole, Integer::valueOf, "a whole number");
    }
    for (Class<Long> whole : List.of(long.class, Long.class)) {
      register(line, whole, Long::valueOf, "a whole number");
    }
    for (Class<Double> number : List.of(double.class, Double.class)) {
      register(line, number, Double::valueOf, "a number");
    }
    version(line);
    return register(line, Pattern.class, Pattern::compile, "a regular expression");
  }

  private static void version(CommandLine line) {
    line.getCommandSpec().version("foreshock " + Version.TEXT);
    line.getSubcommands().values().forEach(Foreshock::version);
  }

  /** Replaces picocli's messages, which name Java types, by messages that say what is expected. */
  private static <T> CommandLine register(
      CommandLine line, Class<T> type, Function<String, T> parser, String expectation) {
    return line.registerConverter(
        type,
        text -> {
          try {
            return parser.apply(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                "expected " + expectation + " but was '" + text + "'");
          }
        });
  }
}
