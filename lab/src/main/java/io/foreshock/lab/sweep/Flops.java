// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

/**
 * What training costs: C = (6 N + 12 L d T) · D.
 *
 * <p>N: parameters without embedding and head; L: blocks; d: width; T: tokens a sequence; D: tokens
 * trained on. 6 N: a multiplication and an addition for each parameter, forward once and backward
 * twice; 12 L d T: the same for q·k and the weighted sum of v, causality not made use of. The head
 * (6 · vocabulary · d) is left out, as is N's.
 *
 * <p><b>Source.</b> Chowdhery et al. 2022 (PaLM, arXiv 2204.02311), appendix B.
 */
final class Flops {
  /** In words, for a person to judge the numbers by. */
  static final String FORMULA =
      "FLOPs = (6 N + 12 layers width context) D, N without embedding and head";

  private Flops() {}

  /** Of one token. */
  static double perToken(long parameters, long layers, long width, long context) {
    return 6.0 * parameters + 12.0 * layers * width * context;
  }
}
