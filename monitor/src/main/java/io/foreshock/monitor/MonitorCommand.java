// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.config.ConfigException;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.wire.Version;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code foreshock monitor}: runs the service until its process is stopped. */
@Command(
    name = "foreshock monitor",
    mixinStandardHelpOptions = true,
    description =
        "Receives telemetry, warns before training runs diverge, and sends commands to them.")
public final class MonitorCommand implements Callable<Integer> {
  private static final long CLOSE_SECONDS = 30;
  private static final int MAX_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file in YAML, see docs/configuration.md (default: none).")
  private @Nullable Path configFile;

  @Option(
      names = "--host",
      paramLabel = "H",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port to listen on; 0 = any free one (default: 8087).")
  private @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: foreshock-data).")
  private @Nullable Path data;

  @Option(
      names = "--check",
      description = "Start up, report whether the configuration works, and exit.")
  private boolean check;

  /** Runs the service and exits with its code: 0 success, 1 failure, 2 usage error. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new MonitorCommand());
    line.getCommandSpec().version("foreshock " + Version.TEXT);
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    MonitorConfig config = config();
    Monitor monitor;
    try {
      monitor = Monitor.start(config).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      spec.commandLine().getErr().println("foreshock monitor: " + cause.getMessage());
      return 1;
    }
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(monitor, closed), "shutdown"));
    if (check) {
      spec.commandLine().getErr().println("Foreshock monitor can start with this configuration.");
      return 0;
    }
    spec.commandLine()
        .getErr()
        .println(
            "Foreshock monitor is up: http://%s:%s/  data: %s"
                .formatted(
                    config.access().host(),
                    monitor.port(),
                    config.data().toAbsolutePath().normalize()));
    closed.await();
    return 0;
  }

  private MonitorConfig config() {
    if (port != null && (port < 0 || port > MAX_PORT)) {
      throw new ParameterException(
          spec.commandLine(), "--port = " + port + ": expected an integer from 0 to " + MAX_PORT);
    }
    try {
      MonitorConfig config =
          configFile == null ? ConfigFile.defaults() : ConfigFile.read(configFile);
      config =
          config.listeningOn(
              host == null ? config.access().host() : host,
              port == null ? config.access().port() : port);
      return data == null ? config : config.keepingDataIn(data);
    } catch (ConfigException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void close(Monitor monitor, CountDownLatch closed) {
    try {
      monitor
          .close()
          .toCompletionStage()
          .toCompletableFuture()
          .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      spec.commandLine()
          .getErr()
          .println("foreshock monitor: not closed cleanly, it recovers at the next start: " + e);
    } finally {
      closed.countDown();
    }
  }
}
