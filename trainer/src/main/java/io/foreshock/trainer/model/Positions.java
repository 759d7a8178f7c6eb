// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

/** The encoding of a token's position in the context. */
public enum Positions {
  /** Queries and keys are rotated by an angle that grows with the position (Su et al. 2021). */
  ROTARY,
  /** A trained vector per position is added to the token's embedding (GPT-2). */
  LEARNED
}
