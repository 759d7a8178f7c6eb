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
import org.jspecify.annotations.Nullable;

/**
 * Makes the list of runs off the event loop, where it would delay writes when there are thousands
 * of runs and many open pages.
 *
 * <p>A request gets a list that was made after it, so a client reads its own writes. Requests that
 * arrive before the next list is made share it. After each list there is a pause of {@value #REST}
 * times the time that it needed, at most {@value #MAX_REST_MILLIS} ms. So the list uses a tenth of
 * a core, however many clients ask. <b>Cost.</b> A run is rendered again only when it changed.
 * <b>Threads.</b> Any; a thread of its own makes the list.
 */
final class RunList {
  private static final long REST = 10;
  private static final long MAX_REST_MILLIS = 500;

  private final Vertx vertx;
  private final WorkerExecutor maker;
  private final Supplier<Collection<RunView>> runs;
  private RunListing newest = RunListing.EMPTY; // the maker's alone
  private @Nullable Promise<RunListing> due;
  private long restUntilNanos = System.nanoTime();

  /** Creates a list of the runs that {@code runs} returns on any thread. */
  RunList(Vertx vertx, Supplier<Collection<RunView>> runs) {
    this.vertx = vertx;
    this.maker = vertx.createSharedWorkerExecutor("run-list", 1);
    this.runs = runs;
  }

  /** Applies {@code reader} to the list as it is now or a moment from now. */
  <T> Future<T> read(Function<RunListing, T> reader) {
    return listing().compose(l -> maker.executeBlocking(() -> reader.apply(l), false));
  }

  private synchronized Future<RunListing> listing() {
    if (due != null) {
      return due.future();
    }
    Promise<RunListing> next = Promise.promise();
    due = next;
    long millis = TimeUnit.NANOSECONDS.toMillis(restUntilNanos - System.nanoTime());
    if (millis > 0) {
      vertx.setTimer(millis, id -> make());
    } else {
      make();
    }
    return next.future();
  }

  private void make() {
    maker
        .executeBlocking(this::made, false)
        .onFailure(e -> pollDue().fail(e)); // such as a closed monitor
  }

  private @Nullable Void made() {
    Promise<RunListing> asked = pollDue(); // before it reads: later requests get the next list
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

  private synchronized Promise<RunListing> pollDue() {
    Promise<RunListing> asked = due == null ? Promise.promise() : due;
    due = null;
    return asked;
  }

  private synchronized void rest(long workNanos) {
    long nanos = Math.min(REST * workNanos, TimeUnit.MILLISECONDS.toNanos(MAX_REST_MILLIS));
    restUntilNanos = System.nanoTime() + nanos;
  }
}
