// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.monitor.Telemetry;
import io.foreshock.monitor.TestMonitor;
import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.config.ConfigFile;
import io.foreshock.monitor.config.MonitorConfig;
import io.foreshock.monitor.control.Policy;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Room;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.metrics.Meters;
import io.foreshock.monitor.store.Stores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EngineTest {
  @TempDir Path data;
  private final LiveHub live = new LiveHub();
  private final Meters meters = new Meters();

  @Test
  void anErrorInThePipelineFailsItsWriteAndTheNextGoesOn() throws Exception {
    Error error = new AssertionError("injected");
    try (Engine engine = start()) {
      LiveHub.Subscription faulty =
          live.subscribe(
              "r",
              event -> {
                throw error;
              });
      assertSame(error, failure(write(engine, 1)));
      TestMonitor.await(this::admitsNothing);
      assertTrue(admitsNothing(), "what was admitted is released");
      faulty.close();
      assertEquals(1, write(engine, 2).get(10, TimeUnit.SECONDS).taken());
    }
  }

  @Test
  void anErrorInAControlRequestFailsIt() throws Exception {
    Error error = new StackOverflowError("injected");
    try (Engine engine = start()) {
      assertSame(
          error,
          failure(
              engine.control(
                  "r",
                  (commands, run) -> {
                    throw error;
                  })));
    }
  }

  private Engine start() throws Exception {
    MonitorConfig config = ConfigFile.defaults().keepingDataIn(data);
    Journal journal =
        Journal.open(
            data.resolve("journal"),
            config.journalSegmentBytes(),
            new Room(config.limits().journalBytes(), config.limits().freeDiskBytes()),
            nanos -> {});
    Runs runs = new Runs(config, live, meters);
    Stores stores = Stores.open(config);
    AlertRouter alerts = new AlertRouter(List.of(), List.of());
    Policy policy = new Policy(config.policy());
    Pipeline pipeline = new Pipeline(journal, runs, stores, alerts, policy, live);
    return Engine.start(config, runs, journal, stores, alerts, pipeline, meters, Clock.systemUTC());
  }

  private static CompletableFuture<Outcome> write(Engine engine, int step) {
    byte[] line = Telemetry.step("r", step, 2, 1).getBytes(StandardCharsets.UTF_8);
    return engine.write(line, Precision.of("ns"));
  }

  private boolean admitsNothing() {
    return meters.scrape().contains("\nforeshock_intake_bytes 0.0\n");
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
        .getCause();
  }
}
