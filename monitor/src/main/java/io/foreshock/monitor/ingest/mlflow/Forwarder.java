// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.IngestSettings;
import io.foreshock.monitor.metrics.Meters;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends accepted requests to the MLflow server that a team has already, in their order and after
 * the answer.
 *
 * <p><b>Bounds.</b> At most {@code ingest.mlflow.forward_queue} requests and {@value #MAX_BYTES}
 * bytes wait; further ones are dropped and counted. A request is tried {@value #ATTEMPTS} times.
 * <b>Threads.</b> Any thread may offer and never waits; one thread sends.
 */
final class Forwarder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
  private static final String PROTOCOL = "mlflow";
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long MAX_BYTES = 64 << 20;

  /** A request that was accepted. */
  private record Accepted(String operation, ObjectNode body, int bytes) {}

  private final BlockingQueue<Accepted> queue;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final OtherServer other;
  private final Meters meters;
  private final Thread thread = new Thread(this::run, "mlflow forward");
  private boolean failing;

  Forwarder(IngestSettings.Mlflow settings, Tracking tracking, Meters meters) {
    this.queue = new LinkedBlockingQueue<>(settings.forwardQueue());
    this.other = new OtherServer(settings, tracking);
    this.meters = meters;
    meters.gauge("foreshock.ingest.forward.waiting", "requests to forward", queue::size);
    thread.setDaemon(true);
    thread.start();
  }

  /** Adds an accepted request. */
  void offer(String operation, Request request, int bytes) {
    if (waitingBytes.addAndGet(bytes) > MAX_BYTES
        || !queue.offer(new Accepted(operation, request.copy(), bytes))) {
      waitingBytes.addAndGet(-bytes);
      meters.forwarded(PROTOCOL, "dropped");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Accepted next = queue.take();
        meters.forwarded(PROTOCOL, sent(next));
        waitingBytes.addAndGet(-next.bytes());
      }
    } catch (InterruptedException e) {
      LOG.debug("MLflow: forwarding ends, {} requests wait", queue.size(), e);
    }
  }

  /** Sends a request; returns what came of it. */
  private String sent(Accepted accepted) throws InterruptedException {
    long pauseMillis = FIRST_PAUSE_MILLIS;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        other.send(accepted.operation(), accepted.body());
        failing = false;
        return "delivered";
      } catch (OtherServer.RefusedException e) {
        log(accepted, e);
        return "refused";
      } catch (IOException | RuntimeException e) {
        log(accepted, e);
      }
      if (attempt < ATTEMPTS) {
        Thread.sleep(pauseMillis);
        pauseMillis *= 2;
      }
    }
    return "given_up";
  }

  /** Logs an outage once, so that it does not fill the log. */
  private void log(Accepted accepted, Exception cause) {
    if (!failing) {
      failing = true;
      LOG.warn(
          "MLflow: {} is not forwarded: {}; further failures are only counted",
          accepted.operation(),
          cause.toString());
    }
  }
}
