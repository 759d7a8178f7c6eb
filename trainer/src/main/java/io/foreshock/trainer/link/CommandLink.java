// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the commands of one monitor by long polling, and sends their acknowledgements.
 *
 * <p><b>Promises.</b> {@link #poll} returns every command once, however often the monitor sends it.
 * It also returns commands with an id up to the last one that was carried out, so that they are
 * answered. A command that is sent again after it was answered gets the same answer again, because
 * the first answer may not have arrived.
 *
 * <p><b>Polling.</b> A long poll waits for ids above the highest one that was returned, so that an
 * open command does not end it. Once per {@link Timing#hold}, a poll without waiting requests all
 * ids, because a monitor that lost its state counts from the start. A poll that ends early without
 * a new command is followed by a pause.
 *
 * <p><b>Threads.</b> Two daemon threads of its own; {@link #poll} and {@link #acknowledge} never
 * wait for the monitor.
 */
public final class CommandLink {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLink.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_BACKLOG = 1000;
  private static final int REMEMBERED_COMMANDS = 4000;
  private static final int MOST_DETAIL = 1000;
  private static final int ATTEMPTS = 5;

  /** Most bytes of an answer to an acknowledgement, which is not used. */
  private static final int ACKNOWLEDGED_BYTES = 1000;

  /**
   * Times of the link.
   *
   * @param hold how long the monitor may keep a poll open
   * @param pause pause after a failed request; grows at most eightfold
   * @param slack how long an answer may take after the hold, head and body together
   */
  public record Timing(Duration hold, Duration pause, Duration slack) {
    /** The values for runs; tests use shorter ones. */
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(20), Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  private record Key(long id, String mark) {
    static Key of(Command command) {
      return new Key(command.id(), command.mark());
    }
  }

  /** An answer; {@code last} when it is the final one for the command. */
  private record Acknowledgement(long command, String body, boolean last) {
    static final Acknowledgement NONE = new Acknowledgement(0, "", false);
  }

  private final Monitor monitor;
  private final Timing timing;
  private final Exchange exchange;
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>(LARGEST_BACKLOG);
  private final BlockingQueue<Acknowledgement> acknowledgements =
      new LinkedBlockingQueue<>(LARGEST_BACKLOG);

  /** The commands that were returned, with the last answer to each; guarded by itself. */
  private final Map<Key, Acknowledgement> given =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Acknowledgement> eldest) {
          return size() > REMEMBERED_COMMANDS;
        }
      };

  private final Thread poller = daemon("foreshock-commands", this::pollForever);
  private final Thread acknowledger = daemon("foreshock-acks", this::acknowledgeForever);
  private volatile boolean closing;
  private long after; // used only by the poller
  private long nextLookNanos = System.nanoTime();

  /**
   * Starts polling.
   *
   * @param after id of the last command that was carried out before
   */
  public CommandLink(Monitor monitor, long after, Timing timing) {
    this.monitor = monitor;
    this.after = after;
    this.timing = timing;
    exchange = new Exchange(timing.hold());
    poller.start();
    acknowledger.start();
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the next command, or null when there is none. */
  public @Nullable Command poll() {
    return commands.poll();
  }

  /** Waits for the next command for at most {@code patience}; null when there is none. */
  public @Nullable Command poll(Duration patience) throws InterruptedException {
    return commands.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Queues an acknowledgement; drops the oldest when the queue is full. */
  public void acknowledge(Command command, Command.Status status, long step, String detail) {
    ObjectNode body = JSON.createObjectNode();
    body.put("status", status.name().toLowerCase(Locale.ROOT)).put("step", step);
    body.put("detail", cut(detail));
    Acknowledgement acknowledgement =
        new Acknowledgement(command.id(), body.toString(), status != Command.Status.ACCEPTED);
    synchronized (given) {
      given.put(Key.of(command), acknowledgement);
    }
    queue(acknowledgement);
  }

  private static String cut(String detail) {
    return detail == null || detail.length() <= MOST_DETAIL
        ? detail
        : detail.substring(0, MOST_DETAIL - 1) + "…";
  }

  private void queue(Acknowledgement acknowledgement) {
    while (!acknowledgements.offer(acknowledgement)) {
      acknowledgements.poll();
    }
  }

  /** Stops polling once the acknowledgements are sent or {@code patience} is over. */
  public void close(Duration patience) throws InterruptedException {
    closing = true;
    poller.interrupt();
    acknowledger.join(Math.max(1, patience.toMillis()));
    acknowledger.interrupt();
  }

  private void pollForever() {
    int failures = 0;
    try {
      while (!closing) {
        long start = System.nanoTime();
        boolean look = start - nextLookNanos >= 0;
        try {
          if (look) {
            nextLookNanos = start + timing.hold().toNanos();
            fetch(0, 0, true);
          } else {
            longPoll();
            failures = 0;
          }
        } catch (IOException | RuntimeException | VirtualMachineError e) {
          // polling must continue after any failure, or the run could no longer be commanded
          if (failures == 0) {
            LOG.warn("no commands from {} for now: {}", monitor.address(), e.toString());
          }
          failures++;
          Thread.sleep(timing.pause().toMillis() << Math.min(failures - 1, 3));
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("polling for commands ends"); // only close interrupts
    }
  }

  private void longPoll() throws IOException, InterruptedException {
    long start = System.nanoTime();
    int news = fetch(after, timing.hold().toSeconds(), false);
    if (news == 0 && System.nanoTime() - start < timing.hold().toNanos() / 2) {
      Thread.sleep(timing.pause().toMillis());
    }
  }

  /** Queues new commands; returns their number. */
  private int fetch(long above, long waitSeconds, boolean look)
      throws IOException, InterruptedException {
    HttpRequest request = monitor.request(monitor.commands(above, waitSeconds)).GET().build();
    Duration deadline = Duration.ofSeconds(waitSeconds).plus(timing.slack());
    Exchange.Answer answer = exchange.send(request, deadline, PollAnswer.MOST_BYTES);
    int news = 0;
    for (Command command : PollAnswer.commands(answer)) {
      Acknowledgement known;
      synchronized (given) {
        known = given.putIfAbsent(Key.of(command), Acknowledgement.NONE);
      }
      if (known == null) {
        if (command.plausible(System.currentTimeMillis())) {
          after = Math.max(after, command.id());
        }
        commands.put(command);
        news++;
      } else if (look && known.last()) {
        queue(known);
      }
    }
    return news;
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
      LOG.debug("acknowledgements that were not sent: {}", acknowledgements.size());
    }
  }

  private void send(Acknowledgement next) throws InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        HttpRequest request =
            monitor
                .request(monitor.acknowledgement(next.command()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(next.body()))
                .build();
        Exchange.Answer answer = exchange.send(request, timing.slack(), ACKNOWLEDGED_BYTES);
        if (answer.status() < 500 && answer.status() != 429) {
          return; // accepted, or refused for good
        }
      } catch (IOException | RuntimeException | VirtualMachineError e) {
        LOG.debug("acknowledgement of command {} failed", next.command(), e);
      }
      Thread.sleep(timing.pause().toMillis() << (attempt - 1));
    }
    LOG.warn("command {} could not be acknowledged: {}", next.command(), next.body());
  }
}
