// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
    description = {
      "Trains a small transformer three times and shows how Foreshock predicts a real divergence"
          + " and prevents it by a rollback.",
      "",
      "One run has a healthy learning rate. Two have a learning rate that is too high: Foreshock"
          + " acts on one of them and only observes the other. This takes some minutes."
    },
    footer = {
      "",
      "Exit code 0: Foreshock warned about the watched run before the unwatched run diverged, and"
          + " the watched run ended within 10 %% of the healthy run's loss. 1: it did not, or"
          + " something failed. 2: wrong usage."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final int FEWEST_STEPS = 100;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Directory for the store, checkpoints and logs. Default: foreshock-data/demo-TIME.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8087",
      description =
          "TCP port of the dashboard; if it is taken, the demo uses any free port. Default:"
              + " ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--total-steps",
      paramLabel = "STEPS",
      defaultValue = "400",
      description = "Optimizer steps of each run, at least 100. Default: ${DEFAULT-VALUE}.")
  private int totalSteps;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "1",
      description =
          "Random seed of the model and the data, the same in all three runs. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (totalSteps < FEWEST_STEPS) {
      throw wrong("--total-steps = %d: expected at least %d".formatted(totalSteps, FEWEST_STEPS));
    }
    Path directory = data != null ? data : freshDirectory();
    try {
      if (Files.exists(directory.resolve("demo.yaml"))) {
        throw wrong(
            "--data = %s: expected a new or empty directory, found data of an earlier demo"
                .formatted(directory));
      }
      Path home = Path.of(System.getProperty("foreshock.home", "."));
      DemoOptions options =
          new DemoOptions(
              home.toAbsolutePath(), directory.toAbsolutePath(), port, totalSteps, seed);
      DemoOutcome outcome = new Demo(options, System.out).run();
      System.out.printf(
          "%nTo look at these runs again: ./foreshock monitor --data %s%n", directory);
      return outcome.shortcomings().isEmpty() ? 0 : 1;
    } catch (IOException e) {
      System.err.println("foreshock demo: " + e.getMessage());
      return 1;
    }
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static Path freshDirectory() {
    String time = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    return Path.of("foreshock-data", "demo-" + time);
  }
}
