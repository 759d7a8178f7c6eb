// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Locale;
import java.util.Optional;

/**
 * A field of {@code run_config} that names a variant of the model: something that changes how
 * logits and losses depend on the learning rate. Runs can be compared only where all of these
 * agree. The wire name is the lower-case name.
 *
 * <p>They are not in {@link ConfigField} because senders may write them as any type, such as a
 * switch as {@code false}, {@code 0} or a text.
 */
public enum VariantField {
  /** Variant of muParam, if any, which scales learning rates with the width. */
  MU_PARAM("none"),
  /** Type of weights in the blocks' linear layers, such as ternary. */
  LINEAR("float"),
  /** Whether each matrix is divided by its spectral norm, with a learned factor. */
  SIGMA_REPARAM("false"),
  /** Mean square to which queries and keys are scaled; 0 leaves them unchanged. */
  ATTENTION_KAPPA("0"),
  /** Whether the norm comes before or after a block. */
  NORM_POSITION("pre"),
  /** Experts of a mixture; 0 for a dense model. */
  EXPERTS("0"),
  /** Experts that each token uses; 0 for a dense model. */
  ACTIVE_EXPERTS("0");

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

  /** Returns the value that a run announced, of any type; empty when it announced none. */
  public Optional<Object> of(RunConfig config) {
    return Optional.ofNullable(config.fields().get(wireName));
  }
}
