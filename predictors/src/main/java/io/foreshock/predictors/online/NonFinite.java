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
import org.jspecify.annotations.Nullable;

/**
 * Detects NaN and ±Inf in loss, gradients or any other value.
 *
 * <p><b>Definition.</b> A {@code train_step} whose {@code nonfinite} count is above 0 is bad; its
 * loss counts as non-finite when it is missing as well, unless the line says that the step was
 * {@code skipped}. Bad gradients: info (with a scaled loss, {@code precision} = float16, up to
 * {@value #SCALER_PATIENCE} in a row are normal for the loss scaler; otherwise warning), critical
 * when more than {@value #SCALER_PATIENCE} follow each other. A non-finite loss: warning, critical
 * from the {@value #LOSS_PATIENCE}nd in a row, because one broken batch can be skipped and leaves
 * the weights unharmed. Layers: warning that names the layer.
 *
 * <p><b>Edges.</b> It keeps no baseline, so nothing can blind it. <b>Cost.</b> O(1). <b>Source.</b>
 * Our own; loss scaling: Micikevicius et al. 2017.
 */
public final class NonFinite implements Detector {
  /**
   * Matches float16, fp16, torch.float16, half and Lightning's 16-mixed; not bfloat16, bf16-mixed.
   */
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
      emit(Severity.WARNING, null, " in layer " + sample.layer(), sample, verdicts);
      return;
    }
    badSteps++;
    boolean badLoss = !sample.has(Signal.LOSS) && !(sample.get(Signal.SKIPPED) > 0);
    badLosses = badLoss ? badLosses + 1 : 0;
    if (badLoss) {
      boolean again = badLosses >= LOSS_PATIENCE;
      emit(
          again ? Severity.CRITICAL : Severity.WARNING,
          Signal.LOSS,
          ", including the loss, in " + steps(badLosses),
          sample,
          verdicts);
    } else {
      emit(
          gradientSeverity(),
          Signal.GRAD_NORM,
          " in the gradients, in " + steps(badSteps),
          sample,
          verdicts);
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

  private static String steps(int count) {
    return count == 1 ? "one step" : count + " steps in a row";
  }

  private static void emit(
      Severity severity,
      @Nullable Signal signal,
      String where,
      Sample sample,
      Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.NONFINITE, severity, signal)
        .at(sample)
        .value(sample.nonfinite(), 0)
        .eta(0, 0, 0)
        .evidence("nonfinite", sample.nonfinite())
        .emit(verdicts, sample.nonfinite() + " NaN or infinite values" + where + ".");
  }
}
