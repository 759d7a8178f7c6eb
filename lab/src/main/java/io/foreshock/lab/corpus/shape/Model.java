// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Language models whose size and learning rate are public.
 *
 * <p><b>Source.</b> GPT-2: Brown et al. 2020, table 2.1, as build-nanogpt and llm.c train it.
 * LLaMA: Touvron et al. 2023, table 2. OLMo: Groeneveld et al. 2024; OLMo 2: 2025. Pythia: Biderman
 * et al. 2023. Muon: the speed runs of modded-nanogpt. SmolLM: a 135 M model of 2024.
 */
enum Model {
  GPT2_124M(124_475_904, 12, 12, 768, 1024, 50_304, 524_288, 6e-4, "adamw", false),
  GPT2_350M(354_871_296, 24, 16, 1024, 1024, 50_304, 524_288, 3e-4, "adamw", false),
  LLAMA_7B(6_738_415_616L, 32, 32, 4096, 2048, 32_000, 4_194_304, 3e-4, "adamw", false),
  OLMO_1B(1_176_764_416, 16, 16, 2048, 2048, 50_304, 4_194_304, 4e-4, "adamw", false),
  OLMO2_7B(7_298_617_344L, 32, 32, 4096, 4096, 100_352, 4_194_304, 3e-4, "adamw", true),
  PYTHIA_160M(162_322_944, 12, 12, 768, 2048, 50_304, 2_097_152, 6e-4, "adam", false),
  MUON_124M(123_587_328, 12, 6, 768, 1024, 50_304, 524_288, 0.02, "muon", true),
  SMOL_135M(134_515_008, 30, 9, 576, 2048, 49_152, 1_048_576, 3e-3, "adamw", false);

  private final long parameters;
  private final int layers;
  private final int heads;
  private final int width;
  private final int context;
  private final int vocabulary;
  private final long batchTokens;
  private final double peak;
  private final String optimizer;
  private final boolean normalized;

  Model(
      long parameters,
      int layers,
      int heads,
      int width,
      int context,
      int vocabulary,
      long batchTokens,
      double peak,
      String optimizer,
      boolean normalized) {
    this.parameters = parameters;
    this.layers = layers;
    this.heads = heads;
    this.width = width;
    this.context = context;
    this.vocabulary = vocabulary;
    this.batchTokens = batchTokens;
    this.peak = peak;
    this.optimizer = optimizer;
    this.normalized = normalized;
  }

  /** The peak learning rate. */
  double peak() {
    return peak;
  }

  int vocabulary() {
    return vocabulary;
  }

  /** The fields of {@code run_config} that describe the model and its optimizer. */
  Map<String, Object> config() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("parameters", parameters);
    fields.put("layers", (long) layers);
    fields.put("heads", (long) heads);
    fields.put("width", (long) width);
    fields.put("context", (long) context);
    fields.put("vocabulary", (long) vocabulary);
    fields.put("batch_tokens", batchTokens);
    fields.put("learning_rate", peak);
    fields.put("optimizer", optimizer);
    fields.put("weight_decay", 0.1);
    fields.put("gradient_clip", optimizer.equals("muon") ? 0.0 : 1.0);
    fields.put("qk_layernorm", normalized);
    fields.put("framework", "pytorch");
    fields.put("precision", "bf16");
    return fields;
  }
}
