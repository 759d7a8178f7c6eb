// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  @Test
  void namesOfOtherProgramsBecomeThoseOfTheContract() {
    assertEquals(
        Map.of("learning_rate", 6e-4, "layers", 12L, "heads", 12L, "width", 768L, "seed", 1337L),
        Settings.of(Map.of("lr", "6e-4", "n_layer", 12, "n_head", 12, "n_embd", 768, "seed", 1337))
            .fields());
  }

  @Test
  void nestedSettingsAreFoundAndTheLeastNestedCounts() {
    assertEquals(
        Map.of("learning_rate", 1e-3, "optimizer", "AdamW", "adam_beta1", 0.9, "adam_beta2", 0.95),
        Settings.of(
                Map.of(
                    "learning_rate",
                    1e-3,
                    "optim",
                    Map.of("_target_", "torch.optim.AdamW", "lr", 5, "betas", List.of(0.9, 0.95)),
                    "optimizer",
                    Map.of("_target_", "torch.optim.AdamW")))
            .fields());
  }

  @Test
  void whatIsNotCertainIsLeftOut() {
    assertEquals(
        Map.of(),
        Settings.of(
                Map.of(
                    "lr",
                    "auto",
                    "max_steps",
                    -1,
                    "vision",
                    Map.of("hidden_size", 1024),
                    "text",
                    Map.of("hidden_size", 2048),
                    "weight_decay",
                    true))
            .fields());
  }

  @Test
  void whatCanBeComputedIs() {
    assertEquals(
        Map.of(
            "total_steps", 1000L, "warmup_steps", 30L, "context", 1024L, "batch_tokens", 491520L),
        Settings.of(
                Map.of(
                    "max_iters", 1000,
                    "warmup_ratio", 0.03,
                    "block_size", 1024,
                    "batch_size", 12,
                    "gradient_accumulation_steps", 40))
            .fields());
  }

  @Test
  void precisionIsOneWord() {
    assertEquals("bf16", Settings.of(Map.of("bf16", true)).fields().get("precision"));
    assertEquals("bf16", Settings.of(Map.of("dtype", "bfloat16")).fields().get("precision"));
    assertEquals(Map.of(), Settings.of(Map.of("bf16", false, "dtype", "auto")).fields());
  }

  @Test
  void nestedNamesMayBeOneName() {
    assertEquals(
        Map.of("layers", 6L, "learning_rate", 0.1),
        Settings.of(Map.of("model/n_layer", 6, "optimizer.lr", "0.1")).fields());
  }
}
