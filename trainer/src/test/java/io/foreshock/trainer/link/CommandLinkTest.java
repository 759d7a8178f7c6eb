// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import static io.foreshock.trainer.link.FakeMonitor.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class CommandLinkTest {
  private static final CommandLink.Timing QUICK =
      new CommandLink.Timing(Duration.ofSeconds(1), Duration.ofMillis(20));
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private FakeMonitor monitor;

  @BeforeEach
  void start() throws IOException {
    monitor = new FakeMonitor();
  }

  @AfterEach
  void stop() {
    monitor.close();
  }

  private CommandLink link(long after) {
    return new CommandLink(new Monitor(monitor.uri(), "run", null), after, QUICK);
  }

  @Test
  void handsOutCommandsInOrder() throws Exception {
    CommandLink link = link(0);
    monitor.command("{\"command\":\"rollback\",\"arguments\":{\"to_step\":7}}");
    monitor.command("{\"command\":\"pause\"}");
    Command first = link.poll(PATIENCE);
    Command second = link.poll(PATIENCE);
    link.close(PATIENCE);

    assertEquals(Command.Kind.ROLLBACK, first.kind());
    assertEquals(7, first.arguments().path("to_step").asLong());
    assertEquals(Command.Kind.PAUSE, second.kind());
  }

  @Test
  void argumentsMayStandBesideTheCommand() throws Exception {
    CommandLink link = link(0);
    monitor.command("{\"command\":\"rollback\",\"to_step\":7}");

    assertEquals(7, link.poll(PATIENCE).arguments().path("to_step").asLong());
    link.close(PATIENCE);
  }

  @Test
  void handsOutACommandOnceHoweverOftenItIsGiven() throws Exception {
    monitor.repeatCommands = true;
    CommandLink link = link(0);
    monitor.command("{\"command\":\"checkpoint\"}");

    assertNotNull(link.poll(PATIENCE));
    assertNull(link.poll(Duration.ofMillis(300)));
    link.close(PATIENCE);
  }

  @Test
  void startsAfterTheCommandThatWasObeyedLast() throws Exception {
    monitor.repeatCommands = true;
    monitor.command("{\"command\":\"checkpoint\"}");
    monitor.command("{\"command\":\"pause\"}");
    CommandLink link = link(1);

    assertEquals(2, link.poll(PATIENCE).id());
    link.close(PATIENCE);
  }

  @Test
  void sendsAcknowledgementsInOrderBeforeItCloses() throws Exception {
    CommandLink link = link(0);
    monitor.command("{\"command\":\"nonsense\"}");
    Command command = link.poll(PATIENCE);
    link.acknowledge(command, Command.Status.ACCEPTED, 3, "");
    link.acknowledge(command, Command.Status.REFUSED, 3, "why");
    link.close(PATIENCE);

    assertEquals(Command.Kind.UNKNOWN, command.kind());
    assertEquals("accepted", monitor.acknowledged.get(0).status());
    assertEquals(new FakeMonitor.Acknowledged(1, "refused", 3, "why"), monitor.acknowledged.get(1));
  }

  @Test
  void outlivesAMonitorThatComesLate() throws Exception {
    URI address = monitor.uri();
    monitor.close();
    CommandLink link = new CommandLink(new Monitor(address, "run", null), 0, QUICK);
    Thread.sleep(100);
    monitor = new FakeMonitor(address.getPort());
    monitor.command("{\"command\":\"stop\"}");

    await(() -> link.poll() != null);
    link.close(PATIENCE);
  }
}
