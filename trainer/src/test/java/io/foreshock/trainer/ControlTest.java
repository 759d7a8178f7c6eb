// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.trainer.checkpoint.Obedience;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.CommandLink;
import io.foreshock.trainer.link.FakeMonitor;
import io.foreshock.trainer.link.Monitor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run obeys, asked between two steps that are made up. */
@Timeout(120)
class ControlTest {
  private static final String BACK_TO_THE_START =
      "{\"command\":\"rollback\",\"arguments\":{\"to_step\":0}}";
  private static final CommandLink.Timing QUICK =
      new CommandLink.Timing(Duration.ofSeconds(1), Duration.ofMillis(5), Duration.ofSeconds(10));

  @TempDir private Path directory;
  private FakeMonitor monitor;
  private TinyTraining tiny;
  private CommandLink link;
  private Control control;

  @BeforeEach
  void start() throws IOException {
    monitor = new FakeMonitor();
    tiny = new TinyTraining(1_000_000, directory);
    tiny.run.save();
    listen(3);
  }

  @AfterEach
  void stop() throws InterruptedException {
    link.close(Duration.ofSeconds(5));
    tiny.close();
    monitor.close();
  }

  private void listen(int maxRollbacks) {
    Monitor address = new Monitor(monitor.uri(), "tiny", null);
    link = new CommandLink(address, tiny.run.state().lastCommand(), QUICK);
    control = new Control(tiny.run, link, maxRollbacks);
  }

  /** Another process goes on from the newest checkpoint. */
  private void resume() throws Exception {
    link.close(Duration.ofSeconds(5));
    tiny.close();
    tiny = new TinyTraining(1_000_000, directory);
    tiny.run.resume();
    listen(3);
  }

  private void train(long steps) {
    for (long i = 0; i < steps; i++) {
      tiny.run.become(tiny.run.state().stepped());
    }
  }

  private FakeMonitor.Acknowledged answer(long id) throws InterruptedException {
    FakeMonitor.await(
        () -> {
          obey();
          return monitor.end(id) != null;
        });
    return monitor.end(id);
  }

  private void obey() {
    try {
      control.obey();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private FakeMonitor.Acknowledged command(long id, String json) throws Exception {
    monitor.command(id, json);
    return answer(id);
  }

  private void assertRefused(FakeMonitor.Acknowledged answer, String detail) {
    assertEquals("refused", answer.status(), answer.toString());
    assertTrue(answer.detail().contains(detail), answer.detail());
  }

  @Test
  void commandOfAMonitorThatLostItsMemoryIsRefusedWithTheReason() throws Exception {
    assertEquals("done", command(7, BACK_TO_THE_START).status());
    monitor.commands.clear();

    assertRefused(command(1, BACK_TO_THE_START), "not above 7");
    assertEquals(7, tiny.run.state().lastCommand());
    assertEquals(1, tiny.run.state().segment());
    assertEquals("done", command(System.currentTimeMillis(), BACK_TO_THE_START).status());
  }

  @Test
  void implausibleIdsAreRefusedAndTheNextCommandsObeyed() throws Exception {
    long ahead = System.currentTimeMillis() + Duration.ofHours(25).toMillis();
    String pause = "{\"command\":\"adjust\",\"learning_rate_scale\":0.5}";

    assertRefused(command(Long.MAX_VALUE, pause), "id");
    assertRefused(command(1L << 53, pause), "id");
    assertRefused(command(ahead, pause), "id");
    monitor.repeatCommands = true; // gives also what is not above 0
    assertRefused(command(-1, pause), "id");
    assertRefused(command(0, pause), "id");
    monitor.repeatCommands = false;
    assertEquals(0, tiny.run.state().lastCommand());
    assertEquals(Adjustment.NONE, tiny.run.state().adjustment());
    assertEquals("done", command(1, pause).status());
    assertEquals("done", command(ahead - Duration.ofHours(2).toMillis(), pause).status());
  }

  @Test
  void rollbacksHaveABudgetThatTheyDoNotReplenish() throws Exception {
    for (int id = 1; id <= 3; id++) {
      train(400);
      assertEquals("done", command(id, BACK_TO_THE_START).status());
    }
    train(400);
    assertRefused(command(4, BACK_TO_THE_START), "3 rollbacks within 1000 steps of new ground");
    assertEquals(400, tiny.run.state().step());
    train(999);
    assertRefused(command(5, BACK_TO_THE_START), "the furthest step is 1399");
    train(1);
    assertEquals("done", command(6, BACK_TO_THE_START).status());
  }

  @Test
  void budgetOutlivesTheProcess() throws Exception {
    for (int id = 1; id <= 3; id++) {
      train(10);
      assertEquals("done", command(id, BACK_TO_THE_START).status());
    }
    resume();
    train(10);

    assertRefused(command(4, BACK_TO_THE_START), "--max-rollbacks");
  }

  @Test
  void rollbackThatWasRefusedForItsArgumentsCostsNothing() throws Exception {
    for (int id = 1; id <= 5; id++) {
      assertRefused(command(id, "{\"command\":\"rollback\",\"to_step\":99}"), "to_step = 99");
    }
    assertEquals(0, tiny.run.state().obedience().rollbacksInWindow());
  }

  @Test
  void commandThatAnEarlierProcessObeyedIsAnsweredWithWhatBecameOfIt() throws Exception {
    train(10);
    command(41, "{\"command\":\"sing\"}");
    command(42, BACK_TO_THE_START);
    monitor.acknowledged.clear(); // they never arrived
    resume();

    assertEquals("refused", answer(41).status());
    assertEquals(
        new FakeMonitor.Acknowledged(42, "done", 10, "done before the run was resumed"),
        answer(42));
    assertEquals(2, tiny.run.state().segment(), "the rollback and the resume, nothing twice");
  }

  @Test
  void floodOfCommandsLetsTheTrainingGoOn() throws Exception {
    for (int id = 1; id <= 100; id++) {
      monitor.command(id, "{\"command\":\"adjust\",\"learning_rate_scale\":0.5}");
    }
    FakeMonitor.await(
        () -> {
          obey();
          return tiny.run.state().lastCommand() > 0;
        });
    Thread.sleep(300); // all of them are there
    long before = tiny.run.state().lastCommand();
    control.obey();

    assertTrue(tiny.run.state().lastCommand() - before <= 16);
    assertEquals("done", answer(100).status());
  }

  @Test
  void checkpointOfAnOlderVersionStartsToRemember() {
    Obedience old = new Obedience(0, null, null).reached(500);

    assertEquals(new Obedience(500, List.of(), List.of()), old);
    assertFalse(old.answerTo(1, "").isPresent());
    assertEquals(
        1, tiny.run.state().rolledBackFrom(tiny.run.state(), new BatchRange(1, 1)).segment());
  }
}
