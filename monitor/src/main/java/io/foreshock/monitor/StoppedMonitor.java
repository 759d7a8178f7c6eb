// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one run, or all, in the data directory of a monitor that is not running.
 *
 * <p>It copies the data and starts a monitor on the copy, because only a monitor can read what the
 * journal still holds. A monitor also settles messages and deletes files; on the copy that does no
 * harm. The original keeps every byte.
 *
 * <p><b>Errors.</b> {@link IOException} whose message names what to do. <b>Cost.</b> The rows are
 * copied once; {@link #close} deletes them.
 */
public final class StoppedMonitor implements AutoCloseable {
  private static final long BEHIND_LOOK_MILLIS = 20;

  private final DirectoryCopy copy;
  private final Monitor monitor;

  private StoppedMonitor(DirectoryCopy copy, Monitor monitor) {
    this.copy = copy;
    this.monitor = monitor;
  }

  /** Opens a directory to read one run, and waits until all of the run can be read. */
  public static StoppedMonitor open(Path data, String run)
      throws IOException, InterruptedException {
    return opened(data, run);
  }

  /** Opens a directory to read all runs, and waits until all of them can be read. */
  public static StoppedMonitor openAll(Path data) throws IOException, InterruptedException {
    return opened(data, null);
  }

  private static StoppedMonitor opened(Path data, @Nullable String run)
      throws IOException, InterruptedException {
    MonitorConfig config = ConfigFile.defaults().listeningOn("127.0.0.1", 0);
    DirectoryCopy copy = DirectoryCopy.of(data, run, config.store().memory());
    try {
      Monitor monitor = started(config.keepingDataIn(copy.path()));
      while (monitor.isBehind()) {
        Thread.sleep(BEHIND_LOOK_MILLIS); // the journal may hold what the store does not
      }
      return new StoppedMonitor(copy, monitor);
    } catch (IOException | InterruptedException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** URL that answers requests, as a running monitor does. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + monitor.port());
  }

  @Override
  public void close() throws IOException {
    try (copy) {
      monitor.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Monitor started(MonitorConfig config) throws IOException, InterruptedException {
    try {
      return Monitor.start(config).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(cause.getMessage(), cause);
    }
  }
}
