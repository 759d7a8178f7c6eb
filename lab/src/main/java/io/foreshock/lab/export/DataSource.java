// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.export;

import io.foreshock.lab.client.MonitorClient;
import io.foreshock.lab.client.MonitorOptions;
import io.foreshock.monitor.StoppedMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --monitor}, {@code --token} and {@code --data}: where the runs are. */
final class DataSource {
  private static final String OTHERWISE = "use its data directory (--data DIR)";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Mixin private final MonitorOptions monitor = new MonitorOptions();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Data directory of a stopped monitor, to read instead of asking a running monitor. It is"
              + " not changed.")
  private @Nullable Path data;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What a command does with the monitor that has the runs. */
  interface Work {
    void with(MonitorClient client) throws IOException, InterruptedException;
  }

  /**
   * Does something with the running monitor, or with one over the data directory.
   *
   * @param run the only run that is needed; null = all
   */
  void read(@Nullable String run, Work work) throws IOException, InterruptedException {
    Path directory = data;
    if (directory == null) {
      work.with(monitor.client(PATIENCE, OTHERWISE));
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new ParameterException(
          spec.commandLine(),
          "--data = " + directory + ": expected the data directory of a monitor");
    }
    try (StoppedMonitor stopped =
        run == null ? StoppedMonitor.openAll(directory) : StoppedMonitor.open(directory, run)) {
      work.with(new MonitorClient(stopped.address(), null, PATIENCE));
    }
  }
}
