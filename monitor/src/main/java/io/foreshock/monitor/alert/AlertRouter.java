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
 * Sends the messages of an outbox to their notifiers. Never waits for a notifier.
 *
 * <p>While the journal is replayed, messages wait in the outboxes until {@link #open}. So those
 * that were delivered before a crash can be removed before any is sent.
 *
 * <p><b>Threads.</b> Belongs to the pipeline's thread.
 */
public final class AlertRouter implements AutoCloseable {
  private final List<NotifierSettings> settings;
  private final Map<String, NotifierQueue> queues = new LinkedHashMap<>();
  private boolean open;

  /** Creates a router to these queues; each queue has the settings of the same name. */
  public AlertRouter(List<NotifierSettings> settings, List<NotifierQueue> queues) {
    this.settings = List.copyOf(settings);
    queues.forEach(queue -> this.queues.put(queue.name(), queue));
  }

  /** Notifies of an alarm, where its outbox finds it worth a message. */
  public void alarm(Outbox outbox, RaisedAlarm alarm) {
    send(outbox, outbox.alarm(alarm, settings));
  }

  /** Notifies of a command that the policy gave to a run; {@code command} is its JSON. */
  public void command(Outbox outbox, String run, long id, ObjectNode command) {
    send(outbox, outbox.command(run, id, command, settings));
  }

  /** Sends no message of an outbox any more, because its run left the monitor. */
  public void withdraw(Outbox outbox) {
    outbox.waiting().forEach(this::withdraw);
  }

  /**
   * Begins to send messages, first those that wait.
   *
   * @param settled receives each message that was delivered or given up
   */
  public void open(List<Outbox> outboxes, Consumer<Notice> settled) {
    open = true;
    queues.values().forEach(queue -> queue.start(settled));
    for (Outbox outbox : outboxes) {
      send(outbox, outbox.waiting());
    }
  }

  /** Closes every queue after a moment to finish the message that it sends. */
  @Override
  public void close() {
    queues.values().forEach(NotifierQueue::close);
  }

  private void send(Outbox outbox, List<Notice> notices) {
    outbox.pollDropped().forEach(this::withdraw);
    for (Notice notice : open ? notices : List.<Notice>of()) {
      NotifierQueue queue = queues.get(notice.notifier());
      if (queue == null) {
        outbox.settle(notice.key()); // its notifier is no longer configured
      } else {
        queue.offer(notice);
      }
    }
  }

  private void withdraw(Notice notice) {
    NotifierQueue queue = queues.get(notice.notifier());
    if (queue != null) {
      queue.withdraw(notice);
    }
  }
}
