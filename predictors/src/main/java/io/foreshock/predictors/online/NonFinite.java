// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * NaN and ±Inf in loss, gradients or any other value.
 *
 * <p><b>Definition.</b> A {@code train_step} whose {@code nonfinite} count is above 0 is bad; its
 * loss is taken for non-finite when it is missing as well. Bad gradients: info (with a scaled loss,
 * {@code precision} = float16, up to {@value #SCALER_PATIENCE} in a row are the loss scaler's
 * normal work; otherwise warning), critical when more than {@value #SCALER_PATIENCE} follow each
 * other. A non-finite loss: warning, critical from the {@value #LOSS_PATIENCE}nd in a row, for one
 * broken batch can be skipped and the weights are unharmed. Layers: warning, naming the layer.
 *
 * <p><b>Edges.</b> Nothing is learned from values, so nothing can blind it. <b>Cost.</b> O(1).
 * <b>Source.</b> Our own; loss scaling: Micikevicius et al. 2017.
 */
public final class NonFinite implements Detector {
  /** As float16, fp16, torch.float16, half or Lightning's 16-mixed; not bfloat16, bf16-mixed. */
  private static final Pattern SCALED = Pattern.compile("(^|[^b])(float16|fp16)|^half$|^16");

  private static final int SCALER_PATIENCE = 3;
  private static final int LOSS_PATIENCE = 2;

  private boolean scaled;
  private int badSteps;
  private int badLosses;

  @Override
  public void configure(RunConfig config) {
    scaled =
        config
            .text(ConfigField.PRECISION)
            .map(precision -> SCALED.matcher(precision.toLowerCase(Locale.ROOT)).find())
            .orElse(false);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    boolean wholeStep = sample.layer() == null;
    if (sample.nonfinite() == 0) {
      if (wholeStep) {
        badSteps = 0;
        badLosses = 0;
      }
      return;
    }
    if (!wholeStep) {
      tell(Severity.WARNING, null, "in layer " + sample.layer(), sample, verdicts);
      return;
    }
    badSteps++;
    boolean badLoss = !sample.has(Signal.LOSS);
    badLosses = badLoss ? badLosses + 1 : 0;
    if (badLoss) {
      boolean again = badLosses >= LOSS_PATIENCE;
      tell(
          again ? Severity.CRITICAL : Severity.WARNING,
          Signal.LOSS,
          "in the loss, " + badLosses + " in a row",
          sample,
          verdicts);
    } else {
      tell(gradientSeverity(), Signal.GRAD_NORM, badSteps + " steps in a row", sample, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    badSteps = (int) state.integer(badSteps);
    badLosses = (int) state.integer(badLosses);
  }

  private Severity gradientSeverity() {
    if (badSteps > SCALER_PATIENCE) {
      return Severity.CRITICAL;
    }
    return scaled ? Severity.INFO : Severity.WARNING;
  }

  private static void tell(
      Severity severity, Signal signal, String where, Sample sample, Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.NONFINITE, severity, signal)
        .at(sample)
        .value(sample.nonfinite(), 0)
        .eta(0, 0, 0)
        .evidence("nonfinite", sample.nonfinite())
        .tell(verdicts, sample.nonfinite() + " NaN or infinite values " + where + ".");
  }
}
