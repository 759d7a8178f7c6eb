// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** The kinds of transformer blocks in the corpus, with the trainer's options for each. */
enum Architecture {
  /** LayerNorm before attention and GELU MLP, as in GPT-2. */
  PRE_LN("preln", "layernorm", "pre", "gelu"),
  /** LayerNorm after the residual, as in the first transformer. */
  POST_LN("postln", "layernorm", "post", "gelu"),
  /** RMSNorm before attention and SwiGLU MLP, as in LLaMA. */
  RMS_SWIGLU("swiglu", "rmsnorm", "pre", "swiglu");

  private final String wireName;
  private final List<String> options;

  Architecture(String wireName, String norm, String position, String mlp) {
    this.wireName = wireName;
    options = List.of("--norm=" + norm, "--norm-position=" + position, "--mlp=" + mlp);
  }

  /** The trainer's options for this kind. */
  List<String> options() {
    return options;
  }

  /** The name in names of runs and in JSON. */
  @JsonValue
  String wireName() {
    return wireName;
  }
}
