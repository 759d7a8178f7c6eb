// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

/**
 * Maximal-update parametrization: scales initialization and learning rates with the width, so that
 * the best learning rate does not depend on it (Yang et al. 2022).
 *
 * <p><b>Definition</b> (Wortsman et al. 2023, section 3.2.4), where a matrix's base-fan-in is its
 * fan-in at the base width, so that base-fan-in/fan-in = base width/width for each of them:
 *
 * <ul>
 *   <li>{@link Kind#SIMPLE}: the learning rate of every linear layer, including the head, is
 *       multiplied by base-fan-in/fan-in; that of embeddings and norms is unchanged.
 *   <li>{@link Kind#FULL}: in addition, (i) the head begins with the standard deviation
 *       √base-fan-in/fan-in instead of 1/√fan-in, (ii) attention logits are q·k/E instead of
 *       q·k/√E, (iii) the matrices of the queries begin at 0.
 * </ul>
 *
 * <p>With Adam, the head's two factors are Yang et al.'s output multiplier base-fan-in/fan-in
 * written without a multiplier (their tables 3 and 8, lemma J.1); as in Wortsman et al. there is
 * none. Embeddings begin as everywhere here, N(0, 1/√D), not at a width-independent size.
 *
 * <p><b>Edges.</b> Below the base width the factor is above 1. The telemetry has the common
 * learning rate, before the factor. A gated MLP's rounding of its hidden units is left out of the
 * factor. A weight decay that is coupled to the learning rate has the same factor; independent
 * decay does not.
 *
 * @param kind the variant
 * @param baseWidth width at which all factors of the learning rate are 1, at least 1
 */
public record MuParam(Kind kind, int baseWidth) {

  /** The variants: none, only the learning rates, or everything. */
  public enum Kind {
    NONE,
    SIMPLE,
    FULL
  }

  /** Width of the smallest model of Wortsman et al. 2023. */
  public static final int BASE_WIDTH = 256;

  /** The standard parametrization. */
  public static final MuParam NONE = new MuParam(Kind.NONE, BASE_WIDTH);

  public MuParam {
    if (baseWidth < 1) {
      throw new IllegalArgumentException("base width = " + baseWidth + ": expected at least 1");
    }
  }

  /** Factor of the learning rate of all matrices but the embeddings. */
  double matrixRate(int width) {
    return kind == Kind.NONE ? 1 : (double) baseWidth / width;
  }

  /** Standard deviation with which the head's matrix begins. */
  double headDeviation(int width) {
    return kind == Kind.FULL ? Math.sqrt(baseWidth) / width : 1 / Math.sqrt(width);
  }

  /** The power of E by which attention logits are divided. */
  double attentionExponent() {
    return kind == Kind.FULL ? 1 : 0.5;
  }

  /** Whether the matrices of the queries begin at 0. */
  boolean zeroQueries() {
    return kind == Kind.FULL;
  }
}
