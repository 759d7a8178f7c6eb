// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import io.foreshock.monitor.pipeline.RunView;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the list of runs for all who ask, off the event loop: with thousands of runs and many pages
 * open it would hold up writes there.
 *
 * <p>Whoever asks gets a list made after they asked, so one reads what one wrote. All who ask while
 * one is due share it; and after each the list rests for {@value #REST} times as long as it took,
 * at most {@value #MAX_REST_MILLIS} ms, so that it takes a tenth of a core however many ask.
 * <b>Cost.</b> A run is rendered again only when it changed. <b>Threads.</b> Any; a thread of its
 * own makes it.
 */
final class RunList {
  private static final long REST = 10;
  private static final long MAX_REST_MILLIS = 500;

  private final Vertx vertx;
  private final WorkerExecutor maker;
  private final Supplier<Collection<RunView>> runs;
  private RunListing newest = RunListing.EMPTY; // the maker's alone
  private Promise<RunListing> due;
  private long restUntilNanos = System.nanoTime();

  /** A list of what {@code runs} gives, which may be called on any thread. */
  RunList(Vertx vertx, Supplier<Collection<RunView>> runs) {
    this.vertx = vertx;
    this.maker = vertx.createSharedWorkerExecutor("run-list", 1);
    this.runs = runs;
  }

  /** What {@code reader} makes of the list as it is now or a moment from now. */
  <T> Future<T> read(Function<RunListing, T> reader) {
    return listing().compose(l -> maker.executeBlocking(() -> reader.apply(l), false));
  }

  private synchronized Future<RunListing> listing() {
    if (due == null) {
      due = Promise.promise();
      long millis = TimeUnit.NANOSECONDS.toMillis(restUntilNanos - System.nanoTime());
      if (millis > 0) {
        vertx.setTimer(millis, id -> make());
      } else {
        make();
      }
    }
    return due.future();
  }

  private void make() {
    maker
        .executeBlocking(this::made, false)
        .onFailure(e -> take().fail(e)); // such as a closed monitor
  }

  private Void made() {
    Promise<RunListing> asked = take(); // before it looks: who asks from here on gets the next
    long began = System.nanoTime();
    try {
      newest = newest.with(runs.get());
      asked.complete(newest);
    } catch (RuntimeException e) {
      asked.fail(e);
    }
    rest(System.nanoTime() - began);
    return null;
  }

  private synchronized Promise<RunListing> take() {
    Promise<RunListing> asked = due == null ? Promise.promise() : due;
    due = null;
    return asked;
  }

  private synchronized void rest(long tookNanos) {
    long nanos = Math.min(REST * tookNanos, TimeUnit.MILLISECONDS.toNanos(MAX_REST_MILLIS));
    restUntilNanos = System.nanoTime() + nanos;
  }
}
