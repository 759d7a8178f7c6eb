// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.model;

/**
 * The shape of a decoder-only transformer.
 *
 * <p>Axis letters used in this package: {@code B} sequences in a batch, {@code T} context, {@code N
 * = T·B} tokens in a batch (time-major: row {@code t·B + b}), {@code D} width, {@code H} heads,
 * {@code E = D/H} head width, {@code V} vocabulary, {@code L} layers.
 *
 * @param layers number of blocks, at least 1
 * @param heads attention heads of each block, at least 1
 * @param width width of the residual stream; a multiple of {@code 2 · heads}, because rotary
 *     positions rotate pairs of elements
 * @param context longest sequence, in tokens
 * @param vocabulary number of different tokens
 * @param positions rotary or learned
 * @param qkLayernorm whether queries and keys are normalized, per head with parameters shared by
 *     all heads, before their product (Wortsman et al. 2023, section 3.1)
 * @param attentionKappa κ, the mean square to which queries and keys are scaled; 0 leaves them
 *     unchanged, which is required with qk-layernorm ({@link QueryKeyNorm})
 * @param zLossWeight weight of the auxiliary loss mean((log Z)²); 0 turns it off
 * @param block the parts of a block
 * @param muParam the parametrization by width
 */
public record GptConfig(
    int layers,
    int heads,
    int width,
    int context,
    int vocabulary,
    Positions positions,
    boolean qkLayernorm,
    double attentionKappa,
    double zLossWeight,
    BlockStyle block,
    MuParam muParam) {

  /** Epsilon of every normalization (Wortsman et al. 2023, appendix A). */
  static final float NORM_EPSILON = 1e-6f;

  public GptConfig {
    if (layers < 1 || heads < 1 || context < 1 || vocabulary < 1) {
      throw new IllegalArgumentException(
          "layers, heads, context and vocabulary must be at least 1, not %d, %d, %d, %d"
              .formatted(layers, heads, context, vocabulary));
    }
    if (width < 2 || width % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "width must be a multiple of 2 x heads = " + 2 * heads + ", not " + width);
    }
    if (!(attentionKappa >= 0) || qkLayernorm && attentionKappa > 0) {
      throw new IllegalArgumentException(
          "attention kappa must be at least 0, and 0 with qk-layernorm, not " + attentionKappa);
    }
    if (block.sigmaReparam() && muParam.kind() == MuParam.Kind.FULL) {
      throw new IllegalArgumentException(
          "full muParam starts the queries at 0, which sigmaReparam cannot normalize");
    }
  }

  /** Whether the residual stream is also normalized before the head. */
  boolean finalNorm() {
    return block.normPosition() == NormPosition.PRE;
  }

  /** {@code E}: elements of one head's query. */
  public int headWidth() {
    return width / heads;
  }
}
