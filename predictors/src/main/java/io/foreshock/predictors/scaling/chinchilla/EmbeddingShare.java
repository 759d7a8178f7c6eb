// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling.chinchilla;

/**
 * Estimates the share of a model's parameters in its embedding, from one of the two counts.
 *
 * <p><b>Definition.</b> N_total = N + {@value #GAMMA} N^(1/3), N without the embedding: a
 * transformer 39 times as wide as deep, with 32,000 tokens. <b>Source.</b> Pearce and Song 2024,
 * who explain with it most of the difference between Kaplan's exponent (0.73) and Hoffmann's (0.50)
 * : small models were counted without their embedding.
 */
public final class EmbeddingShare {
  private static final double GAMMA = 47_491;
  private static final int NEWTON_STEPS = 60;

  private EmbeddingShare() {}

  /** Returns N_total of N parameters outside of the embedding. */
  public static double total(double nonEmbedding) {
    return nonEmbedding + GAMMA * Math.cbrt(nonEmbedding);
  }

  /** Returns N of a total; the inverse of {@link #total}. */
  public static double nonEmbedding(double total) {
    double root = Math.cbrt(total); // above the solution, where Newton's steps only fall
    for (int i = 0; i < NEWTON_STEPS; i++) {
      root -= (root * root * root + GAMMA * root - total) / (3 * root * root + GAMMA);
    }
    return root * root * root;
  }

  /** Returns the share of the embedding in a model of N_total parameters, 0 to 1. */
  public static double ofTotal(double total) {
    return 1 - nonEmbedding(total) / total;
  }
}
