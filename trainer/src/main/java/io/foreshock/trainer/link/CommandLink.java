// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of one monitor, fetched by a long poll, and their acknowledgements.
 *
 * <p>A command is handed out once, however often the monitor gives it; commands at or below the id
 * that a checkpoint remembers are not handed out again.
 *
 * <p><b>Threads.</b> Two daemon threads of its own; {@link #poll} and {@link #acknowledge} never
 * wait for the monitor.
 */
public final class CommandLink {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLink.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BACKLOG = 1000;
  private static final int ATTEMPTS = 5;

  /**
   * Times of the link.
   *
   * @param hold how long the monitor may hold a poll open
   * @param pause after a failed request; grows eightfold at most
   */
  public record Timing(Duration hold, Duration pause) {
    /** For runs; tests are less patient. */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(20), Duration.ofSeconds(1));
  }

  private record Acknowledgement(long command, String body) {}

  private final Monitor monitor;
  private final Timing timing;
  private final HttpClient client;
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>(LARGEST_BACKLOG);
  private final BlockingQueue<Acknowledgement> acknowledgements =
      new LinkedBlockingQueue<>(LARGEST_BACKLOG);
  private final Thread poller = daemon("foreshock-commands", this::pollForever);
  private final Thread acknowledger = daemon("foreshock-acks", this::acknowledgeForever);
  private volatile boolean closing;
  private long after;

  /**
   * Starts polling.
   *
   * @param after id of the last command that was obeyed before
   */
  public CommandLink(Monitor monitor, long after, Timing timing) {
    this.monitor = monitor;
    this.after = after;
    this.timing = timing;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timing.hold())
            .build();
    poller.start();
    acknowledger.start();
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The next command, or null when there is none. */
  public Command poll() {
    return commands.poll();
  }

  /** The next command, waiting for at most {@code patience}; null when there is none. */
  public Command poll(Duration patience) throws InterruptedException {
    return commands.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Queues an acknowledgement; the oldest makes room when the monitor has been away for long. */
  public void acknowledge(Command command, Command.Status status, long step, String detail) {
    ObjectNode body = JSON.createObjectNode();
    body.put("status", status.name().toLowerCase(Locale.ROOT)).put("step", step);
    body.put("detail", detail);
    Acknowledgement acknowledgement = new Acknowledgement(command.id(), body.toString());
    while (!acknowledgements.offer(acknowledgement)) {
      acknowledgements.poll();
    }
  }

  /** Stops polling, after the acknowledgements are sent or {@code patience} is over. */
  public void close(Duration patience) throws InterruptedException {
    closing = true;
    poller.interrupt();
    acknowledger.join(Math.max(1, patience.toMillis()));
    acknowledger.interrupt();
  }

  private void pollForever() {
    int failures = 0;
    while (!closing) {
      try {
        fetch();
        failures = 0;
      } catch (IOException e) {
        if (failures == 0) {
          LOG.info("no commands from {} for now: {}", monitor.address(), e.toString());
        }
        failures++;
      } catch (InterruptedException e) {
        return; // only close interrupts
      }
      if (failures > 0 && !slept(failures)) {
        return;
      }
    }
  }

  private boolean slept(int failures) {
    try {
      Thread.sleep(timing.pause().toMillis() << Math.min(failures - 1, 3));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void fetch() throws IOException, InterruptedException {
    long waitSeconds = timing.hold().toSeconds();
    HttpRequest request =
        monitor
            .request(monitor.commands(after, waitSeconds), timing.hold().plusSeconds(10))
            .GET()
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("answer " + response.statusCode() + " to a poll for commands");
    }
    JsonNode body = JSON.readTree(response.body());
    for (JsonNode json : body.isArray() ? body : body.path("commands")) {
      Command command = Command.of(json);
      if (command.id() > after) {
        after = command.id();
        commands.put(command);
      }
    }
  }

  private void acknowledgeForever() {
    try {
      while (!closing || !acknowledgements.isEmpty()) {
        Acknowledgement next = acknowledgements.poll(100, TimeUnit.MILLISECONDS);
        if (next != null) {
          send(next);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("acknowledgements left: {}", acknowledgements.size());
    }
  }

  private void send(Acknowledgement next) throws InterruptedException {
    HttpRequest request =
        monitor
            .request(monitor.acknowledgement(next.command()), Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(next.body()))
            .build();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() < 500 && response.statusCode() != 429) {
          return; // taken, or refused for good
        }
      } catch (IOException e) {
        LOG.debug("acknowledgement of command {} failed", next.command(), e);
      }
      Thread.sleep(timing.pause().toMillis() << (attempt - 1));
    }
    LOG.warn("command {} could not be acknowledged: {}", next.command(), next.body());
  }
}
