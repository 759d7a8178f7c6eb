// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.config.NotifierSettings;
import io.foreshock.monitor.wire.RaisedAlarm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends what an outbox finds worth telling to the notifiers it is for. Never waits for any.
 *
 * <p>Until {@link #open}, that is while the journal is replayed, messages only gather in the
 * outboxes, so that those delivered before a crash can be crossed out before any is sent.
 *
 * <p><b>Threads.</b> Belongs to the pipeline's thread.
 */
public final class AlertRouter implements AutoCloseable {
  private final List<NotifierSettings> settings;
  private final Map<String, NotifierQueue> queues = new LinkedHashMap<>();
  private boolean open;

  /** Routes to these queues, each for the settings of its name. */
  public AlertRouter(List<NotifierSettings> settings, List<NotifierQueue> queues) {
    this.settings = List.copyOf(settings);
    queues.forEach(queue -> this.queues.put(queue.name(), queue));
  }

  /** Tells of an alarm what is worth telling. */
  public void alarm(Outbox outbox, RaisedAlarm alarm) {
    send(outbox, outbox.alarm(alarm, settings));
  }

  /** Tells of a command that the policy gave to a run; {@code command} is its JSON. */
  public void command(Outbox outbox, String run, long id, ObjectNode command) {
    send(outbox, outbox.command(run, id, command, settings));
  }

  /**
   * From now on messages go out, first those that gathered.
   *
   * @param settled told of each message that was delivered or given up
   */
  public void open(List<Outbox> outboxes, Consumer<Notice> settled) {
    open = true;
    queues.values().forEach(queue -> queue.start(settled));
    for (Outbox outbox : outboxes) {
      send(outbox, outbox.waiting());
    }
  }

  /** Gives every queue a moment to finish what it is sending. */
  @Override
  public void close() {
    queues.values().forEach(NotifierQueue::close);
  }

  private void send(Outbox outbox, List<Notice> notices) {
    for (Notice dropped : outbox.takeDropped()) {
      NotifierQueue queue = queues.get(dropped.notifier());
      if (queue != null) {
        queue.withdraw(dropped);
      }
    }
    for (Notice notice : open ? notices : List.<Notice>of()) {
      NotifierQueue queue = queues.get(notice.notifier());
      if (queue == null) {
        outbox.settle(notice.key()); // its notifier is no longer configured
      } else {
        queue.offer(notice);
      }
    }
  }
}
