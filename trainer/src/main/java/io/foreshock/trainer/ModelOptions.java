// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import io.foreshock.trainer.data.Corpus;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.Linear;
import io.foreshock.trainer.model.Mlp;
import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.model.Norm;
import io.foreshock.trainer.model.NormPosition;
import io.foreshock.trainer.model.Positions;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options of {@link TrainOptions} for the model. */
final class ModelOptions {
  @Option(
      names = "--layers",
      description = "number of transformer blocks (default: ${DEFAULT-VALUE})")
  int layers = 4;

  @Option(names = "--heads", description = "attention heads per block (default: ${DEFAULT-VALUE})")
  int heads = 4;

  @Option(
      names = "--width",
      description =
          "width of the residual stream, a multiple of 2 x heads (default: ${DEFAULT-VALUE})")
  int width = 128;

  @Option(names = "--context", description = "tokens per sequence (default: ${DEFAULT-VALUE})")
  int context = 128;

  @Option(
      names = "--positions",
      description =
          "position encoding, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Positions positions = Positions.ROTARY;

  @Option(
      names = "--norm",
      description = "normalization, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Norm norm = Norm.LAYERNORM;

  @Option(
      names = "--norm-position",
      description =
          "place of the norms, one of ${COMPLETION-CANDIDATES}: before or after attention and MLP"
              + " (default: ${DEFAULT-VALUE})")
  NormPosition normPosition = NormPosition.PRE;

  @Option(
      names = "--mlp",
      description = "kind of MLP, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  Mlp mlp = Mlp.GELU;

  @Option(
      names = "--linear",
      description =
          "precision of the blocks' matrices, one of ${COMPLETION-CANDIDATES}: full, or ternary in"
              + " units of their mean or median size with activations of 8 bits as in BitNet b1.58"
              + " (default: ${DEFAULT-VALUE})")
  Linear linear = Linear.FLOAT;

  @Option(
      names = "--sigma-reparam",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "divide each of the blocks' matrices by its spectral norm, and learn that norm (default:"
              + " ${DEFAULT-VALUE})")
  boolean sigmaReparam;

  @Option(
      names = "--mu-param",
      description =
          "muParam, one of ${COMPLETION-CANDIDATES}; simple = learning rate of matrices x base"
              + " width / width; full = also the head, queries and attention scale of muParam"
              + " (default: ${DEFAULT-VALUE})")
  MuParam.Kind muParam = MuParam.Kind.NONE;

  @Option(
      names = "--mu-base-width",
      description =
          "base width, at which muParam changes no learning rate (default: ${DEFAULT-VALUE})")
  int muBaseWidth = MuParam.BASE_WIDTH;

  @Option(
      names = "--qk-layernorm",
      arity = "0..1",
      fallbackValue = "true",
      description = "normalize the queries and keys of each head (default: ${DEFAULT-VALUE})")
  boolean qkLayernorm;

  @Option(
      names = "--attention-kappa",
      description =
          "mean square to which queries and keys are scaled, so that attention logits become about"
              + " as large; 0 = off (default: ${DEFAULT-VALUE})")
  double attentionKappa;

  @Option(
      names = "--z-loss-weight",
      description =
          "weight of mean((log Z)^2) in the objective; 0 = off (default: ${DEFAULT-VALUE})")
  double zLossWeight;

  void check(OptionProblems problems) {
    problems.atLeast("layers", layers, 1);
    problems.atLeast("heads", heads, 1);
    problems.require(
        heads < 1 || width >= 2 * heads && width % (2 * heads) == 0,
        "width",
        width,
        "a multiple of 2 x heads = " + 2 * heads);
    problems.atLeast("context", context, 2);
    problems.require(
        !sigmaReparam || linear == Linear.FLOAT,
        "linear",
        linear.name().toLowerCase(Locale.ROOT),
        "float with --sigma-reparam");
    problems.require(
        !sigmaReparam || muParam != MuParam.Kind.FULL,
        "mu-param",
        "full",
        "none or simple with --sigma-reparam");
    problems.atLeast("mu-base-width", muBaseWidth, 1);
    problems.finite("attention-kappa", attentionKappa);
    problems.require(
        !qkLayernorm || !(attentionKappa > 0),
        "attention-kappa",
        attentionKappa,
        "0 with --qk-layernorm");
    problems.finite("z-loss-weight", zLossWeight);
  }

  GptConfig config() {
    return new GptConfig(
        layers,
        heads,
        width,
        context,
        Corpus.VOCABULARY,
        positions,
        qkLayernorm,
        attentionKappa,
        zLossWeight,
        new BlockStyle(norm, normPosition, mlp, linear, sigmaReparam),
        new MuParam(muParam, muBaseWidth));
  }
}
