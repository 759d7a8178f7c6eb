// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.checkpoint.Checkpoint;
import io.foreshock.trainer.checkpoint.CheckpointStore;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.link.CommandLink;
import io.foreshock.trainer.link.FakeMonitor;
import io.foreshock.trainer.link.Monitor;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.Mlp;
import io.foreshock.trainer.model.Norm;
import io.foreshock.trainer.model.NormPosition;
import io.foreshock.trainer.model.Parameters;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TrainLoopTest {
  private static final List<String> STEP_FIELDS =
      List.of(
          "step",
          "loss",
          "learning_rate",
          "tokens",
          "batch",
          "grad_norm",
          "update_rms",
          "param_norm",
          "logit_mean",
          "logit_max",
          "log_z_mean",
          "log_z_square_mean",
          "step_seconds",
          "nonfinite");
  private static final List<String> LAYER_FIELDS =
      List.of(
          "step",
          "grad_rms",
          "param_rms",
          "update_rms",
          "rms_ratio",
          "update_abs_gt_half",
          "output_rms",
          "nonfinite");

  @TempDir private Path directory;

  @Test
  void lossFalls() throws Exception {
    try (TinyTraining tiny = new TinyTraining(60, null)) {
      tiny.train();
      List<Double> losses = tiny.losses();

      assertEquals(60, losses.size());
      assertTrue(losses.get(59) < losses.get(0) - 2, losses.toString());
    }
  }

  @Test
  void everyStepCarriesEveryFieldOfTheContract() throws Exception {
    try (TinyTraining tiny = new TinyTraining(6, null)) {
      tiny.train();
      assertTrue(tiny.lines.get(0).startsWith("run_config,run=tiny parameters="));
      assertEquals(1 + 6 * (1 + 4), tiny.lines.size());
      for (String line : tiny.lines.subList(1, tiny.lines.size())) {
        boolean block =
            line.startsWith("train_layer,run=tiny,layer=0 ") || line.contains("layer=1");
        for (String field : line.startsWith("train_step") ? STEP_FIELDS : LAYER_FIELDS) {
          assertTrue(line.matches(".*[ ,]" + field + "=.*"), field + " missing in " + line);
        }
        assertEquals(block, line.contains("attention_logit_max="), line);
        boolean third = line.contains("step=3i") || line.contains("step=6i");
        assertEquals(block && third, line.contains("attention_entropy="), line);
        assertTrue(line.contains("nonfinite=0i"), line);
      }
      Set<String> layers = new TreeSet<>();
      tiny.lines.stream()
          .filter(line -> line.startsWith("train_layer"))
          .forEach(line -> layers.add(line.replaceAll(".*layer=([^ ]*) .*", "$1")));
      assertEquals(Set.of("0", "1", "embedding", "head"), layers);
    }
  }

  @Test
  void arraysOfTheBaseManagerStayConstant() throws Exception {
    try (TinyTraining tiny = new TinyTraining(4, null)) {
      NDManager manager = tiny.manager;
      tiny.train();
      int before = manager.getManagedArrays().size();
      tiny.run.become(TrainState.START);
      tiny.train();
      assertEquals(before, manager.getManagedArrays().size());
    }
  }

  @Test
  void sameSeedGivesTheSameBitsAndAnotherSeedOthers() throws Exception {
    try (TinyTraining one = TinyTraining.seeded(10, 1, null);
        TinyTraining same = TinyTraining.seeded(10, 1, null);
        TinyTraining other = TinyTraining.seeded(10, 2, null)) {
      one.train();
      same.train();
      other.train();

      assertArrayEquals(one.parameters(), same.parameters());
      assertFalse(Arrays.equals(one.parameters(), other.parameters()));
    }
  }

  @Test
  void resumesBitByBit() throws Exception {
    try (TinyTraining whole = new TinyTraining(12, directory);
        TinyTraining resumed = new TinyTraining(12, directory)) {
      whole.train();
      deleteCheckpoint(10);
      deleteCheckpoint(12);
      resumed.run.resume();
      assertEquals(5, resumed.run.state().step());
      resumed.train();

      assertArrayEquals(whole.parameters(), resumed.parameters());
      assertEquals(whole.losses().subList(5, 12), resumed.losses());
      assertTrue(resumed.lines.get(0).startsWith("run_config,"));
      assertTrue(resumed.lines.get(1).contains(",segment=1"), resumed.lines.get(1));
      resumed.run.resume();
      assertEquals(2, resumed.run.state().segment(), "resumed once more");
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerConfig.Kind.class)
  void resumesBitByBitWithEveryOptimizer(OptimizerConfig.Kind optimizer) throws Exception {
    TinyTraining.Setting setting = new TinyTraining.Setting(12);
    setting.optimizer = optimizer;
    setting.block = new BlockStyle(Norm.RMSNORM, NormPosition.POST, Mlp.SWIGLU);
    try (TinyTraining whole = new TinyTraining(setting, directory);
        TinyTraining resumed = new TinyTraining(setting, directory)) {
      whole.train();
      deleteCheckpoint(10);
      deleteCheckpoint(12);
      resumed.run.resume();
      resumed.train();

      assertArrayEquals(whole.parameters(), resumed.parameters());
      assertEquals(whole.losses().subList(5, 12), resumed.losses());
    }
  }

  @ParameterizedTest
  @EnumSource(value = OptimizerConfig.Kind.class, names = "ADAMW", mode = EnumSource.Mode.EXCLUDE)
  void statisticsOfASecondMomentAreLeftOutWithoutOne(OptimizerConfig.Kind optimizer)
      throws Exception {
    TinyTraining.Setting setting = new TinyTraining.Setting(3);
    setting.optimizer = optimizer;
    try (TinyTraining tiny = new TinyTraining(setting, null)) {
      tiny.train();

      String name = optimizer.name().toLowerCase(Locale.ROOT);
      assertTrue(tiny.lines.get(0).contains("optimizer=\"" + name + "\""), tiny.lines.get(0));
      assertFalse(tiny.lines.get(0).contains("adam_epsilon"));
      for (String line : tiny.lines.subList(1, tiny.lines.size())) {
        assertTrue(line.contains("update_rms="), line);
        assertFalse(line.contains("rms_ratio=") || line.contains("update_abs_gt_half="), line);
      }
    }
  }

  @Test
  void resumesACheckpointFromBeforeTheNewerOptions() throws Exception {
    CheckpointStore store = new CheckpointStore(directory, 5);
    try (TinyTraining tiny = new TinyTraining(5, null)) {
      Checkpoint now = tiny.run.checkpoint();
      Map<String, String> old = new HashMap<>(now.configuration());
      List<String> newer =
          List.of(
              "norm",
              "norm-position",
              "mlp",
              "attention-bits",
              "disturb",
              "linear",
              "sigma-reparam",
              "attention-kappa",
              "mu-param",
              "update-clipping",
              "gradient-clip-rule");
      assertTrue(old.keySet().removeAll(newer));
      store.save(new Checkpoint(now.state(), true, old, now.vectors()));
    }
    TinyTraining.Setting lion = new TinyTraining.Setting(5);
    lion.optimizer = OptimizerConfig.Kind.LION;
    lion.block = new BlockStyle(Norm.RMSNORM, NormPosition.PRE, Mlp.GELU);
    try (TinyTraining same = new TinyTraining(5, directory);
        TinyTraining other = new TinyTraining(lion, directory)) {
      same.run.resume();
      String message = assertThrows(IllegalArgumentException.class, other.run::resume).getMessage();

      assertTrue(message.contains("--optimizer is lion, in the checkpoint adamw"), message);
      assertTrue(message.contains("--norm is rmsnorm, in the checkpoint layernorm"), message);
    }
  }

  private void deleteCheckpoint(long step) throws IOException {
    Files.delete(directory.resolve("step-%010d.safetensors".formatted(step)));
  }

  @Test
  void refusesToResumeAnotherConfigurationAndSaysWhatDiffers() throws Exception {
    try (TinyTraining one = TinyTraining.seeded(5, 1, directory);
        TinyTraining other = TinyTraining.seeded(6, 2, directory)) {
      one.train();
      String message = assertThrows(IllegalArgumentException.class, other.run::resume).getMessage();

      assertTrue(message.contains("--seed is 2, in the checkpoint 1"), message);
      assertTrue(message.contains("--total-steps is 6, in the checkpoint 5"), message);
    }
  }

  @Test
  void rollbackWithSkippedBatchesIsAsIfTheyHadNeverBeenThere() throws Exception {
    try (TinyTraining rolled = new TinyTraining(9, directory);
        TinyTraining clean = new TinyTraining(9, null)) {
      rolled.train();
      assertTrue(rolled.run.rollBack(6, new BatchRange(5, 3)));
      assertEquals(5, rolled.run.state().step());
      rolled.train();
      clean.run.become(TrainState.START.rolledBackFrom(TrainState.START, new BatchRange(5, 3)));
      clean.train();

      assertArrayEquals(clean.parameters(), rolled.parameters());
      assertEquals(
          List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 8L, 9L, 10L, 11L), rolled.field("batch"));
      assertEquals(
          List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 6L, 7L, 8L, 9L), rolled.field("step"));
      assertEquals(
          4 * 5, rolled.lines.stream().filter(line -> line.contains(",segment=1 ")).count());
    }
  }

  @Test
  void rollbackKeepsItsTargetHoweverFewCheckpointsAreKept() throws Exception {
    TinyTraining.Setting few = new TinyTraining.Setting(12);
    few.keep = 3;
    try (TinyTraining rolled = new TinyTraining(few, directory);
        TinyTraining resumed = new TinyTraining(few, directory)) {
      rolled.train();
      rolled.run.rollBack(5, new BatchRange(0, 0));
      resumed.run.resume();

      assertEquals(5, resumed.run.state().step());
      assertEquals(2, resumed.run.state().segment());
    }
  }

  @Test
  void resumeAfterARollbackGoesOnWithItInASegmentOfItsOwn() throws Exception {
    try (TinyTraining rolled = new TinyTraining(12, directory);
        TinyTraining resumed = new TinyTraining(12, directory)) {
      rolled.train();
      rolled.run.rollBack(6, new BatchRange(7, 100));
      resumed.run.resume();

      assertEquals(1, rolled.run.state().segment());
      assertEquals(
          rolled.run.state().rolledBackFrom(rolled.run.state(), new BatchRange(0, 0)),
          resumed.run.state());
      assertEquals(5, resumed.run.state().step());
      assertEquals(2, resumed.run.state().segment());
    }
  }

  @Test
  void nonFiniteParametersAreReportedAndDoNotEndTheRun() throws Exception {
    try (TinyTraining tiny = new TinyTraining(3, null)) {
      float[] broken = tiny.parameters();
      broken[broken.length - 1] = Float.NaN;
      Parameters.assign(tiny.run.parameters().flat(), broken);
      assertTrue(tiny.run.state().quiet());
      tiny.train();
      assertFalse(tiny.run.state().quiet());
      List<Long> nonfinite = tiny.field("nonfinite");

      assertEquals(3, nonfinite.size());
      assertTrue(nonfinite.get(2) > tiny.config.model().width(), nonfinite.toString());
      assertTrue(tiny.lines.stream().noneMatch(line -> line.contains("NaN")));
    }
  }

  @Test
  void obeysTheMonitorAndAnswersEachCommand() throws Exception {
    try (FakeMonitor monitor = new FakeMonitor();
        TinyTraining tiny = new TinyTraining(1_000_000, directory)) {
      CommandLink link =
          new CommandLink(
              new Monitor(monitor.uri(), "tiny", null),
              0,
              new CommandLink.Timing(
                  Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofSeconds(10)));
      Thread training = new Thread(() -> trainUnchecked(tiny, link));
      training.start();
      FakeMonitor.await(() -> tiny.field("step").size() > 25);
      obey(monitor, "{\"command\":\"checkpoint\"}", "done");
      obey(
          monitor,
          "{\"command\":\"rollback\",\"arguments\":{\"to_step\":12,"
              + "\"skip_batches\":{\"from\":11,\"count\":7000}}}",
          "done");
      obey(monitor, "{\"command\":\"rollback\",\"arguments\":{\"to_step\":-1}}", "refused");
      obey(
          monitor,
          "{\"command\":\"adjust\",\"learning_rate_scale\":0.125,\"for_steps\":100000}",
          "done");
      obey(monitor, "{\"command\":\"adjust\",\"learning_rate_scale\":-1}", "refused");
      obey(monitor, "{\"command\":\"sing\"}", "refused");
      obey(monitor, "{\"command\":\"pause\"}", "done");
      int paused = tiny.field("step").size();
      Thread.sleep(200);
      assertTrue(tiny.field("step").size() <= paused + 1);
      obey(monitor, "{\"command\":\"resume\"}", "done");
      FakeMonitor.await(() -> tiny.field("step").size() > paused + 5);
      obey(monitor, "{\"command\":\"stop\"}", "done");
      training.join();
      link.close(Duration.ofSeconds(5));

      assertEquals(10, monitor.end(2).step());
      assertTrue(tiny.field("batch").contains(7011L));
      assertEquals(9, tiny.run.state().lastCommand());
      String last = tiny.lines.get(tiny.lines.size() - 5);
      assertTrue(last.contains("learning_rate=0.00125,"), last);
      try (Stream<Path> files = Files.list(directory)) {
        assertTrue(files.count() >= 3);
      }
    }
  }

  private static void obey(FakeMonitor monitor, String command, String end) throws Exception {
    monitor.command(command);
    int id = monitor.commands.size();
    FakeMonitor.await(() -> monitor.end(id) != null);
    assertEquals(end, monitor.end(id).status(), command + " " + monitor.end(id));
  }

  private static void trainUnchecked(TinyTraining tiny, CommandLink link) {
    try {
      tiny.train(link);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
