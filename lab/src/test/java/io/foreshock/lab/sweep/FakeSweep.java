// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.runner.FakeHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The {@code sweep} command with a launcher that trains nothing, into one directory. */
final class FakeSweep {
  /** Two sizes, two rates, two variants. */
  private static final List<String> EIGHT =
      List.of(
          "--sizes=2x32,2x64",
          "--learning-rates=3e-4,1e-1",
          "--variant=base:",
          "--variant=qk:--qk-layernorm",
          "--steps=60");

  /** One cell of {@link #eight}. */
  static final String ONE = "base-2x64x4-lr0.1-s1";

  private final FakeHome home;
  private final SweepFolder folder;
  private StringWriter printed;
  private StringWriter errors;

  FakeSweep(Path parent) throws IOException {
    home = new FakeHome(Files.createDirectory(parent.resolve("home")));
    folder = new SweepFolder(parent.resolve("sweep"));
  }

  /** Runs the command over the small grid; its exit code. */
  int eight(String... more) {
    List<String> arguments = new ArrayList<>(EIGHT);
    arguments.addAll(List.of(more));
    return sweep(arguments.toArray(String[]::new));
  }

  /** Runs the command with the directory; its exit code. */
  int sweep(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--out", folder.path().toString()));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  /** Runs the command with these arguments alone; its exit code. */
  int execute(String... arguments) {
    printed = new StringWriter();
    errors = new StringWriter();
    CommandLine command =
        new CommandLine(new SweepCommand(home.path())).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(printed));
    command.setErr(new PrintWriter(errors));
    return command.execute(arguments);
  }

  /** What the last command printed. */
  String printed() {
    return printed.toString();
  }

  /** What the last command printed to standard error. */
  String errors() {
    return errors.toString();
  }

  void expectError(String problem) {
    assertTrue(errors().contains(problem), errors());
  }

  FakeHome home() {
    return home;
  }

  SweepFolder folder() {
    return folder;
  }

  /** Where a cell's record lies. */
  Path record(String run) {
    return folder.runs().runs().resolve(run + ".json");
  }
}
