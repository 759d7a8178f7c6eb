// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.foreshock.trainer.checkpoint.Checkpoint;
import io.foreshock.trainer.checkpoint.CheckpointStore;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import io.foreshock.trainer.model.Gpt;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.model.Parameters;
import io.foreshock.trainer.optimizer.GradientClip;
import io.foreshock.trainer.optimizer.Optimizer;
import io.foreshock.trainer.optimizer.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The changing state of a run: parameters, moments, state of the model and the clipping, and
 * position. It is saved and restored as a whole.
 *
 * <p><b>Threads.</b> For the training thread only.
 */
final class Run {
  private static final String PARAMETERS = "parameters";

  private final Parameters parameters;
  private final Gpt model;
  private final Optimizer optimizer;
  private final GradientClip clip;
  private final Map<String, NDArray> vectors = new LinkedHashMap<>();
  private final @Nullable CheckpointStore store; // null when checkpointing is off
  private final Map<String, String> identity;
  private final Runnable beforeSaving;
  private TrainState state = TrainState.START;
  private long savedStep = -1;

  /**
   * A run before its first step.
   *
   * @param store store of checkpoints, if they are saved
   * @param text identity of the training text
   * @param beforeSaving what must have happened before a checkpoint exists: a resumed run does not
   *     repeat what came before it, such as its telemetry
   */
  Run(
      NDManager manager,
      TrainConfig config,
      @Nullable CheckpointStore store,
      String text,
      Runnable beforeSaving) {
    ParameterLayout layout = new ParameterLayout(config.model());
    parameters = new Parameters(manager, layout, config.seed());
    model = new Gpt(manager, config.model(), config.batch());
    model.begin(parameters.flat());
    optimizer = config.optimizer().create(manager, parameters.flat(), tensors(layout));
    clip = config.clip().rule().create(manager);
    vectors.put(PARAMETERS, parameters.flat());
    vectors.putAll(optimizer.state());
    vectors.putAll(model.state());
    vectors.putAll(clip.state());
    this.store = store;
    identity = config.identity(text);
    this.beforeSaving = beforeSaving;
  }

  private static List<Tensor> tensors(ParameterLayout layout) {
    return layout.parameters().stream()
        .map(parameter -> new Tensor(parameter.layer(), parameter.offset(), parameter.rate()))
        .toList();
  }

  Parameters parameters() {
    return parameters;
  }

  Gpt model() {
    return model;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  GradientClip clip() {
    return clip;
  }

  TrainState state() {
    return state;
  }

  void become(TrainState next) {
    state = next;
  }

  /** Saves the present state; empty when checkpointing is off. */
  Optional<Path> save() throws IOException {
    if (store == null) {
      return Optional.empty();
    }
    beforeSaving.run();
    Path saved = store.save(checkpoint());
    savedStep = state.step();
    return Optional.of(saved);
  }

  /** A copy of the present state. */
  Checkpoint checkpoint() {
    List<Checkpoint.Vector> copies = new ArrayList<>();
    vectors.forEach((name, v) -> copies.add(new Checkpoint.Vector(name, v.toFloatArray())));
    return new Checkpoint(state, state.quiet(), identity, copies);
  }

  /** Returns to a checkpoint of this run and opens a new segment there. */
  void rewind(Checkpoint target) {
    TrainState left = state;
    restore(target);
    state = target.state().rolledBackFrom(left, new BatchRange(0, 0));
  }

  /** Saves the present step unless it is saved already. */
  void saveOnce() throws IOException {
    if (savedStep != state.step()) {
      save();
    }
  }

  /**
   * Continues from the newest checkpoint in a new segment, so that later steps of the old segment
   * no longer count. Without a checkpoint, the run stays at its start.
   *
   * @throws IllegalArgumentException when the checkpoint is of another configuration
   */
  void resume() throws IOException {
    if (store == null) {
      throw new IllegalStateException("cannot resume: checkpointing is off");
    }
    Optional<Checkpoint> newest = store.newest();
    if (newest.isPresent()) {
      requireSame(newest.get().configuration());
      restore(newest.get());
      state = state.rolledBackFrom(state, new BatchRange(0, 0));
      save(); // another resume must not use the same segment again
    }
  }

  /**
   * Returns to the newest checkpoint at or before a step and opens a new segment there. The
   * checkpoints after it belong to the old segment and are deleted.
   *
   * @return false when there is no such checkpoint; nothing has changed then
   */
  boolean rollBack(long toStep, BatchRange skip) throws IOException {
    if (store == null) {
      return false;
    }
    Optional<Checkpoint> target = store.newestAtOrBefore(toStep);
    if (target.isEmpty()) {
      return false;
    }
    // the new segment remembers this rollback, which the checkpoint does not contain
    TrainState left = state.remembering(state.obedience().rolledBack());
    restore(target.get());
    state = target.get().state().rolledBackFrom(left, skip);
    store.deleteAfter(
        state.step()); // before saving, because they would count among the newest that are kept
    save();
    return true;
  }

  private void restore(Checkpoint checkpoint) {
    vectors.forEach((name, v) -> Parameters.assign(v, checkpoint.vector(name)));
    state = checkpoint.state();
  }

  private void requireSame(Map<String, String> saved) {
    List<String> differences = new ArrayList<>();
    identity.forEach(
        (option, value) -> {
          String before = saved.getOrDefault(option, TrainConfig.EARLIER_DEFAULTS.get(option));
          if (!value.equals(before)) {
            differences.add("--%s is %s, in the checkpoint %s".formatted(option, value, before));
          }
        });
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot resume another configuration: " + String.join("; ", differences));
    }
  }
}
