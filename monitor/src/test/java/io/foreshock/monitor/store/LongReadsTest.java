// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LongReadsTest {
  private static final String ENDLESS =
      "SELECT count(*) FROM range(1000000000000) a WHERE random() < 2";

  private final LongReads reads = new LongReads();

  @Test
  void aCheckpointIsLeftOutDuringARead() throws Exception {
    LongReads.Read read = reads.begin();
    assertFalse(CompletableFuture.supplyAsync(() -> reads.pause(false)).get());
    read.close();
    assertTrue(reads.pause(false));
    reads.goOn();
  }

  @Test
  void aReadEndsWhenItsReaderIsGone() {
    AtomicBoolean gone = new AtomicBoolean();
    CompletableFuture.runAsync(
        () -> gone.set(true),
        CompletableFuture.delayedExecutor(300, java.util.concurrent.TimeUnit.MILLISECONDS));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThrows(StoreException.class, () -> endless(gone)));
  }

  @Test
  void closingTheStoreEndsAllReads() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> reader =
        CompletableFuture.supplyAsync(
            () -> {
              begun.countDown();
              return assertThrows(StoreException.class, () -> endless(new AtomicBoolean()))
                  .getMessage();
            });
    begun.await();
    Thread.sleep(200);
    assertTimeoutPreemptively(Duration.ofSeconds(20), reads::end);
    assertEquals("the read was stopped", reader.get());
    assertThrows(StoreException.class, reads::begin);
  }

  private void endless(AtomicBoolean gone) throws Exception {
    try (LongReads.Read read = reads.begin();
        Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      read.run(statement, ENDLESS, gone::get);
    }
  }
}
