// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./foreshock demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Watches a real divergence of a real transformer being foreseen, rolled back and survived.",
    footer = {
      "",
      "Exit code 0: the watched run was warned before the unwatched one left its course, and ended",
      "within 10 %% of the healthy one's loss. 1: it was not, or something failed. 2: wrong usage."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int FEWEST_STEPS = 100;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "store, checkpoints and logs (default: foreshock-data/demo-<time>)")
  private Path data;

  @Option(
      names = "--port",
      defaultValue = "8087",
      description = "of the dashboard; another free one when taken (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--total-steps",
      defaultValue = "400",
      description = "of each run (default: ${DEFAULT-VALUE})")
  private int totalSteps;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of model and data (default: ${DEFAULT-VALUE})")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (totalSteps < FEWEST_STEPS) {
      throw new ParameterException(
          spec.commandLine(),
          "--total-steps = %d: expected at least %d".formatted(totalSteps, FEWEST_STEPS));
    }
    Path directory = data != null ? data : freshDirectory();
    try {
      if (Files.exists(directory.resolve("demo.yaml"))) {
        throw new ParameterException(
            spec.commandLine(), "--data = " + directory + ": holds an earlier demo's data");
      }
      Path home = Path.of(System.getProperty("foreshock.home", "."));
      DemoOptions options =
          new DemoOptions(
              home.toAbsolutePath(), directory.toAbsolutePath(), port, totalSteps, seed);
      DemoOutcome outcome = new Demo(options, System.out).run();
      System.out.printf("%nLook at it again: ./foreshock monitor --data %s%n", directory);
      return outcome.shortcomings().isEmpty() ? 0 : 1;
    } catch (IOException e) {
      System.err.println("foreshock demo: " + e.getMessage());
      return 1;
    }
  }

  private static Path freshDirectory() {
    String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Path.of("foreshock-data", "demo-" + time);
  }
}
