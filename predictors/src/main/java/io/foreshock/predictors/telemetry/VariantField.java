// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Locale;
import java.util.Optional;

/**
 * A field of {@code run_config} that names a variant of the model: something that changes how
 * logits and losses depend on the learning rate. Runs can be compared only where all of these
 * agree. The wire name is the lower-case name.
 *
 * <p>They are apart from {@link ConfigField} because senders may write them as any type: a switch
 * as {@code false}, {@code 0} or a text.
 */
public enum VariantField {
  /** Which muParam, if any, scales learning rates with the width. */
  MU_PARAM("none"),
  /** What the blocks' linear layers compute with, such as ternary weights. */
  LINEAR("float"),
  /** Whether each matrix is divided by its spectral norm, with a learned factor. */
  SIGMA_REPARAM("false"),
  /** Mean square that queries and keys are scaled to; 0 leaves them as they are. */
  ATTENTION_KAPPA("0"),
  /** Whether the norm stands before or after a block. */
  NORM_POSITION("pre");

  private final String wireName = name().toLowerCase(Locale.ROOT);
  private final String usual;

  VariantField(String usual) {
    this.usual = usual;
  }

  /** Name in the line protocol. */
  public String wireName() {
    return wireName;
  }

  /** Value of a run that does not send the field, in lower case. */
  public String usual() {
    return usual;
  }

  /** What a run announced, whatever its type; empty when it announced nothing. */
  public Optional<Object> of(RunConfig config) {
    return Optional.ofNullable(config.fields().get(wireName));
  }
}
