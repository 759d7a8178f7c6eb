// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foreshock.monitor.TestMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A real server of the machine's, on loopback; a test that needs one this lacks is skipped. */
public final class Servers implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final int port;
  private final List<String> command;
  private final Path log;
  private Process process;

  private Servers(int port, List<String> command, Path log) {
    this.port = port;
    this.command = command;
    this.log = log;
  }

  /** InfluxDB 1.x with its data in {@code directory}, not started yet. */
  public static Servers influxDb(Path directory) throws IOException {
    int port = freePort();
    Path config = directory.resolve("influxdb.conf");
    Files.writeString(
        config,
        """
        reporting-disabled = true
        bind-address = "127.0.0.1:%d"
        [meta]
        dir = "%s/meta"
        [data]
        dir = "%2$s/data"
        wal-dir = "%2$s/wal"
        query-log-enabled = false
        [http]
        bind-address = "127.0.0.1:%3$d"
        log-enabled = false
        [monitor]
        store-enabled = false
        """
            .formatted(freePort(), directory, port));
    return new Servers(
        port,
        List.of(binary("influxd", "influxdb"), "run", "-config", config.toString()),
        directory.resolve("influxd.log"));
  }

  /** VictoriaMetrics with its data in {@code directory}, not started yet. */
  public static Servers victoriaMetrics(Path directory) throws IOException {
    int port = freePort();
    return new Servers(
        port,
        List.of(
            binary("victoria-metrics", "victoria-metrics"),
            "-httpListenAddr=127.0.0.1:" + port,
            "-retentionPeriod=100y",
            "-storageDataPath=" + directory.resolve("vm")),
        directory.resolve("vm.log"));
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public Servers start() throws Exception {
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    TestMonitor.await(() -> answers() || !process.isAlive());
    if (!answers()) {
      throw new AssertionError(command + " does not answer:\n" + Files.readString(log));
    }
    return this;
  }

  /** As a power cut would. */
  public void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  /** What it answers to a GET. */
  public String get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(10)).build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  private boolean answers() {
    try {
      get("/ping");
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String binary(String name, String debianPackage) {
    List<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .toList();
    assumeTrue(
        !found.isEmpty(), name + " is not installed (Debian: apt install " + debianPackage + ")");
    return found.get(0).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
