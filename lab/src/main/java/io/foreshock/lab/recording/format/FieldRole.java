// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.NameTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a field of a record is for, by its name. */
public enum FieldRole {
  /** A number or text of the step. */
  VALUE,
  /** The loss. */
  LOSS,
  /** When the record was written, if its value is a time. */
  TIME,
  /** The run that the record is of. */
  RUN,
  /** Whether the record is of training or of an evaluation. */
  SPLIT,
  /** How many steps are planned. */
  TOTAL_STEPS,
  /** A value that only reinforcement learning has. */
  POLICY,
  /** A value that only the tuning to preferences has. */
  PREFERENCE,
  /** Settings of the run. */
  SETTINGS,
  /** Holds the numbers of the step, and its own name says nothing. */
  ENVELOPE;

  private static final Map<String, FieldRole> BY_NAME = new HashMap<>();

  static {
    put(TIME, "time", "timestamp", "_timestamp", "@timestamp", "ts", "date", "datetime");
    put(TIME, "date_time", "wall_time", "walltime", "time_ms", "timestamp_ms", "timestamp_ns");
    put(TIME, "created_at", "asctime", "unix_time", "epoch_time");
    put(RUN, "run", "run_name", "run_id");
    put(SPLIT, "split", "mode", "phase", "stage", "subset", "kind", "type", "event");
    put(TOTAL_STEPS, "total_steps", "max_steps", "max_iters", "total_iters", "num_training_steps");
    put(TOTAL_STEPS, "total_iterations", "max_iterations", "train_iters", "total_updates");
    put(POLICY, "actor/pg_loss", "train/policy_gradient_loss", "rollout/ep_rew_mean");
    put(POLICY, "reward_std", "frac_reward_zero_std");
    put(PREFERENCE, "rewards/margins", "rewards/chosen", "rewards/rejected");
    put(SETTINGS, "config", "configuration", "hparams", "hyperparameters", "hyperparams", "args");
    put(ENVELOPE, "data", "metrics", "metric", "log", "logs", "scalars", "values", "payload");
  }

  /** The role of a field that is not nested in another one. */
  public static FieldRole of(String name, NameTable names) {
    FieldRole role = BY_NAME.get(name.toLowerCase(Locale.ROOT).replace(' ', '_'));
    return role == null ? ofNested(name, names) : role;
  }

  /** The role of a field whose name begins with those of the fields around it. */
  public static FieldRole ofNested(String name, NameTable names) {
    return "loss".equals(names.translated(name)) ? LOSS : VALUE;
  }

  private static void put(FieldRole role, String... names) {
    List.of(names).forEach(name -> BY_NAME.put(name, role));
  }
}
