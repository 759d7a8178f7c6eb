// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

/**
 * The cost of training in floating-point operations: C = (6 N + 12 L d T) · D.
 *
 * <p>N is the number of parameters without embedding and head, L the number of blocks, d the width,
 * T the tokens per sequence and D the tokens trained on. The term 6 N counts a multiplication and
 * an addition for each parameter, once forward and twice backward. The term 12 L d T counts the
 * same for q·k and for the weighted sum of v, without the saving that causality allows. The cost of
 * the head (6 · vocabulary · d) is left out, as its parameters are left out of N.
 *
 * <p><b>Source.</b> Chowdhery et al. 2022 (PaLM, arXiv 2204.02311), appendix B.
 */
final class Flops {
  /** The formula for people, printed with the numbers. */
  static final String FORMULA =
      "FLOPs = (6 N + 12 layers width context) D, N without embedding and head";

  private Flops() {}

  /** The cost of one token. */
  static double perToken(long parameters, long layers, long width, long context) {
    return 6.0 * parameters + 12.0 * layers * width * context;
  }
}
