// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.checkpoint.CheckpointStore;
import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.data.Corpus;
import io.foreshock.trainer.disturbance.Disturbance;
import io.foreshock.trainer.disturbance.Disturbances;
import io.foreshock.trainer.link.CommandLink;
import io.foreshock.trainer.link.Destination;
import io.foreshock.trainer.link.Outbox;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.model.Positions;
import io.foreshock.trainer.optimizer.ClipConfig;
import io.foreshock.trainer.optimizer.GradientClip;
import io.foreshock.trainer.optimizer.OptimizerConfig;
import io.foreshock.trainer.optimizer.Schedule;
import io.foreshock.trainer.probe.StepProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A run small enough for a test, with everything real but the text. */
final class TinyTraining implements AutoCloseable {
  private static final int CONTEXT = 8;
  private static final int BATCH = 4;
  private static final Corpus CORPUS =
      new Corpus(
          "tiny",
          "the quick brown fox jumps over the lazy dog "
              .repeat(9)
              .getBytes(StandardCharsets.UTF_8));

  final NDManager manager = NDManager.newBaseManager();
  final List<String> lines = new CopyOnWriteArrayList<>();
  final TrainConfig config;
  final Run run;
  private final int maxRollbacks;

  /** What a test may want otherwise. */
  static final class Setting {
    final long totalSteps;
    long seed = 1;
    int keep = 100;
    OptimizerConfig.Kind optimizer = OptimizerConfig.Kind.ADAMW;
    BlockStyle block = BlockStyle.GPT;
    boolean updateClipping;
    boolean qkLayernorm = true;
    double attentionKappa;
    MuParam muParam = MuParam.NONE;
    double gradientClip = 1;
    GradientClip.Rule gradientClipRule = GradientClip.Rule.NORM;
    List<String> disturb = List.of();
    long logEvery = 1;
    long endAfterNonfinite;
    int maxRollbacks = 10;

    Setting(long totalSteps) {
      this.totalSteps = totalSteps;
    }

    private TrainConfig config() {
      return new TrainConfig(
          "tiny",
          seed,
          BATCH,
          new GptConfig(
              2,
              2,
              8,
              CONTEXT,
              Corpus.VOCABULARY,
              Positions.ROTARY,
              qkLayernorm,
              attentionKappa,
              1e-4,
              block,
              muParam),
          new OptimizerConfig(optimizer, 0.01, 0.9, 0.95, 1e-8, 0.1, false, updateClipping),
          new Schedule(Schedule.Shape.CONSTANT, 5, totalSteps),
          new ClipConfig(gradientClip, gradientClipRule),
          24,
          new Disturbances(disturb.stream().map(Disturbance::parse).toList()),
          endAfterNonfinite,
          new Measuring(logEvery, 3, StepProbe.Scope.ALL));
    }
  }

  TinyTraining(long totalSteps, Path checkpoints) throws IOException {
    this(new Setting(totalSteps), checkpoints);
  }

  TinyTraining(Setting setting, Path checkpoints) throws IOException {
    config = setting.config();
    maxRollbacks = setting.maxRollbacks;
    CheckpointStore store =
        checkpoints == null ? null : new CheckpointStore(checkpoints, setting.keep);
    run = new Run(manager, config, store, CORPUS.identity(), () -> {});
  }

  /** A run of another seed. */
  static TinyTraining seeded(long totalSteps, long seed, Path checkpoints) throws IOException {
    Setting setting = new Setting(totalSteps);
    setting.seed = seed;
    return new TinyTraining(setting, checkpoints);
  }

  /** Trains to the end, a checkpoint every 5 steps. */
  void train() throws IOException, InterruptedException {
    train(null);
  }

  void train(CommandLink link) throws IOException, InterruptedException {
    Outbox outbox =
        new Outbox("tiny", new Lines(lines), 1 << 24, Duration.ZERO, Outbox.WhenFull.WAIT);
    Reporter reporter = new Reporter(config.run(), List.of(outbox));
    long steps = config.schedule().totalSteps();
    try (Progress progress = new Progress("tiny", steps, config.batchTokens(), false)) {
      Batches batches = new Batches(CORPUS, BATCH, CONTEXT, config.seed());
      Control control = new Control(run, link, maxRollbacks);
      new TrainLoop(manager, config, run, control, batches, reporter, progress, 5).run();
    } finally {
      reporter.close(Duration.ofSeconds(10));
    }
  }

  float[] parameters() {
    return run.parameters().flat().toFloatArray();
  }

  private record Lines(List<String> lines) implements Destination {
    @Override
    public Outcome deliver(byte[] bytes, boolean lastChance) {
      lines.addAll(new String(bytes, StandardCharsets.UTF_8).lines().toList());
      return Outcome.DELIVERED;
    }

    @Override
    public void close() {}
  }

  /** The values of an integer field on the lines {@code train_step}, in order. */
  List<Long> field(String name) {
    return lines.stream()
        .filter(line -> line.startsWith("train_step"))
        .map(line -> Long.valueOf(line.replaceAll(".*[ ,]" + name + "=(\\d+)i.*", "$1")))
        .toList();
  }

  /** The losses, in order. */
  List<Double> losses() {
    return numbers("loss");
  }

  /** The values of a decimal field on the lines {@code train_step}, in order. */
  List<Double> numbers(String name) {
    return lines.stream()
        .filter(line -> line.startsWith("train_step"))
        .map(line -> Double.valueOf(line.replaceAll(".*[ ,]" + name + "=([^,]*),.*", "$1")))
        .toList();
  }

  /** The times of the lines {@code train_step}, in order. */
  List<Long> times() {
    return lines.stream()
        .filter(line -> line.startsWith("train_step"))
        .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }

  @Override
  public void close() {
    manager.close();
  }
}
