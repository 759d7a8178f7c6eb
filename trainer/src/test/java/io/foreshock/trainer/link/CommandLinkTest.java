// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.link;

import static io.foreshock.trainer.link.FakeMonitor.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.predictors.control.Limits;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class CommandLinkTest {
  private static final CommandLink.Timing QUICK =
      new CommandLink.Timing(Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofSeconds(10));
  private static final CommandLink.Timing HASTY =
      new CommandLink.Timing(Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofMillis(300));
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

    assertEquals(new Instruction.Rollback(7, null), first.instruction(Limits.OF_A_PERSON));
    assertEquals(CommandName.PAUSE, second.name());
  }

  @Test
  void argumentsMayStandBesideTheCommand() throws Exception {
    CommandLink link = link(0);
    monitor.command("{\"command\":\"rollback\",\"to_step\":7}");

    assertEquals(Map.of("to_step", 7), link.poll(PATIENCE).arguments());
    link.close(PATIENCE);
  }

  @Test
  void whatIsNoArgumentOfTheCommandIsNoMatter() throws Exception {
    CommandLink link = link(0);
    monitor.command(
        "{\"command\":\"Rollback\",\"arguments\":{\"to_step\":7,\"why\":[1],\"for_steps\":3,"
            + "\"skip_batches\":{\"from\":1,\"count\":2,\"why\":\"so\"}}}");
    monitor.command(
        "{\"command\":\"adjust\",\"arguments\":{\"gradient_clip\":2,\"for_steps\":null}}");
    monitor.command("{\"command\":\"pause\",\"arguments\":{\"to_step\":-1}}");

    assertEquals(
        new Instruction.Rollback(7, new Instruction.Skip(1, 2)),
        link.poll(PATIENCE).instruction(Limits.OF_A_PERSON));
    assertEquals(
        new Instruction.Adjust(null, 2, null), link.poll(PATIENCE).instruction(Limits.OF_A_PERSON));
    assertEquals(
        new Instruction.Plain(CommandName.PAUSE),
        link.poll(PATIENCE).instruction(Limits.OF_A_PERSON));
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
  void handsOutWhatIsNotAboveTheLastIdToo() throws Exception {
    monitor.command("{\"command\":\"checkpoint\"}");
    CommandLink link = link(7);

    assertEquals(1, link.poll(PATIENCE).id(), "it must be answered");
    monitor.command(3, "{\"command\":\"pause\"}");
    assertEquals(3, link.poll(PATIENCE).id(), "also while the link has been polling for long");
    link.close(PATIENCE);
  }

  @Test
  void implausibleIdDoesNotHideTheNextCommands() throws Exception {
    CommandLink link = link(0);
    monitor.command(Long.MAX_VALUE, "{\"command\":\"checkpoint\"}");
    monitor.command(5, "{\"command\":\"pause\"}");
    Command first = link.poll(PATIENCE);
    Command second = link.poll(PATIENCE);
    link.close(PATIENCE);

    long now = System.currentTimeMillis();
    assertFalse(first.plausible(now));
    assertTrue(second.plausible(now));
  }

  @Test
  void answersAgainWhatIsGivenAgain() throws Exception {
    monitor.repeatCommands = true; // as if no acknowledgement arrived
    CommandLink link = link(0);
    monitor.command("{\"command\":\"checkpoint\"}");
    Command command = link.poll(PATIENCE);
    link.acknowledge(command, Command.Status.DONE, 3, "saved");
    await(() -> monitor.acknowledged.size() >= 3);
    link.close(PATIENCE);

    FakeMonitor.Acknowledged same = new FakeMonitor.Acknowledged(1, "done", 3, "saved");
    assertTrue(monitor.acknowledged.stream().allMatch(same::equals), "" + monitor.acknowledged);
    assertNull(link.poll(), "it was handed out once");
  }

  @Test
  void anotherCommandOfTheSameIdIsHandedOut() throws Exception {
    CommandLink link = link(0);
    monitor.command(3, "{\"command\":\"checkpoint\",\"issued\":\"2026-01-01T00:00:00Z\"}");
    link.poll(PATIENCE);
    monitor.command(3, "{\"command\":\"checkpoint\",\"issued\":\"2026-01-02T00:00:00Z\"}");

    assertEquals(3, link.poll(PATIENCE).id());
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

    assertNull(command.name());
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

  @ParameterizedTest
  @EnumSource(
      value = WrongMonitor.Manner.class,
      names = {"ENDLESS", "HANGING"})
  void answerWithoutEnd_isGivenUpAndTheLinkLives(WrongMonitor.Manner manner) throws Exception {
    try (WrongMonitor wrong = new WrongMonitor(manner)) {
      CommandLink link = new CommandLink(new Monitor(wrong.uri(), "run", null), 0, HASTY);
      await(() -> wrong.givenUp.get() >= 3);
      long perRequest = wrong.bytesSent.get() / wrong.requests.get();
      wrong.body = "[{\"id\":1,\"command\":\"stop\"}]";
      wrong.manner = WrongMonitor.Manner.WHOLE;

      assertEquals(CommandName.STOP, link.poll(PATIENCE).name());
      assertTrue(perRequest < 32 << 20, perRequest + " bytes of an answer were received");
      link.close(PATIENCE);
    }
  }

  @Test
  void acknowledgementWithoutAnAnswerDoesNotHoldTheOthers() throws Exception {
    try (WrongMonitor wrong = new WrongMonitor(WrongMonitor.Manner.WHOLE)) {
      wrong.body = "[{\"id\":1,\"command\":\"stop\"}]";
      CommandLink link = new CommandLink(new Monitor(wrong.uri(), "run", null), 0, HASTY);
      Command command = link.poll(PATIENCE);
      wrong.manner = WrongMonitor.Manner.HANGING;
      link.acknowledge(command, Command.Status.DONE, 1, "");
      await(() -> wrong.requestLines.stream().filter(l -> l.contains("/ack")).count() >= 2);
      link.close(Duration.ofMillis(10));
    }
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void nonsenseDoesNotEndThePoller(String name, String body) throws Exception {
    try (WrongMonitor wrong = new WrongMonitor(WrongMonitor.Manner.WHOLE)) {
      wrong.body = body;
      CommandLink link = new CommandLink(new Monitor(wrong.uri(), "run", null), 0, HASTY);
      await(() -> wrong.requests.get() >= 3);
      assertNull(link.poll(), name);
      wrong.body = "[{\"id\":1,\"command\":\"stop\"}]";

      assertEquals(1, link.poll(PATIENCE).id());
      link.close(PATIENCE);
    }
  }

  static Stream<Arguments> nonsense() {
    return Stream.of(
        Arguments.of("not JSON", "<html>It works!</html>"),
        Arguments.of("nothing", ""),
        Arguments.of("another service", "{\"status\":\"ok\"}"),
        Arguments.of("deeply nested", "[".repeat(1_000_000)),
        Arguments.of("many values", "[" + "{},".repeat(1_000_000) + "{}]"),
        Arguments.of("a number without end", "[{\"id\":" + "9".repeat(100_000) + "}]"),
        Arguments.of("no ids", "[{},null,1,[],{\"id\":\"1\"},{\"id\":1.5},{\"id\":1e99}]"));
  }

  @Test
  void oneAnswerBringsABoundedNumberOfCommands() throws Exception {
    try (WrongMonitor wrong = new WrongMonitor(WrongMonitor.Manner.WHOLE)) {
      wrong.body =
          LongStream.rangeClosed(1, 50_000)
              .mapToObj(id -> "{\"id\":%d,\"command\":\"checkpoint\"}".formatted(id))
              .collect(Collectors.joining(",", "[", "]"));
      CommandLink link = new CommandLink(new Monitor(wrong.uri(), "run", null), 0, HASTY);
      await(() -> wrong.requests.get() >= 3);
      int count = 0;
      while (link.poll(Duration.ofMillis(300)) != null) {
        count++;
      }
      link.close(PATIENCE);

      assertEquals(PollAnswer.MOST_COMMANDS, count);
    }
  }

  @Test
  void whoAnswersAtOnceWithNothingIsNotAskedWithoutPause() throws Exception {
    try (WrongMonitor wrong = new WrongMonitor(WrongMonitor.Manner.WHOLE)) {
      CommandLink link = new CommandLink(new Monitor(wrong.uri(), "run", null), 0, HASTY);
      Thread.sleep(500);
      link.close(PATIENCE);

      long most = 2 + 500 / HASTY.pause().toMillis();
      assertTrue(wrong.requests.get() <= most, wrong.requests + " requests, at most " + most);
    }
  }
}
