// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Detects NaN and ±Inf in loss, gradients or any other value, and a loss that is no longer sent.
 *
 * <p><b>Definition.</b> A {@code train_step} with a {@code nonfinite} count above 0 is bad. Its
 * loss is bad when it was sent as NaN or ±Inf; when it is missing although no other value was sent
 * as such and the step was not {@code skipped}; or when it is exactly 0 beside a non-finite
 * gradient norm, which is how trainers that hide NaN report it. A bad loss: warning, critical from
 * the {@value #LOSS_PATIENCE}nd in a row, because one broken batch can be skipped and leaves the
 * weights unharmed. Otherwise the gradients are bad: critical when more than {@value
 * #SCALER_PATIENCE} follow each other; warning from the second in a row, or when the step sent no
 * loss and fewer than {@value #KNOWN} steps did before, after step {@value #BEGINNING}; info for a
 * single one. A loss scaler skips such steps: up to {@value #SCALER_PATIENCE} in a row are info
 * where {@code precision} is float16, or {@code skipped} or a {@code loss_scale} above 1 is sent;
 * at 1 or below it is not the scale that overflows. Layers: warning that names the layer. Only
 * {@linkplain Signal#isAuxiliary auxiliary} signals are bad: info.
 *
 * <p><b>A loss that is missing.</b> Senders that drop NaN send a line without it. In a run whose
 * first {@value #EVERY_LINE} losses came in consecutive lines, a line with nothing but its step
 * counts as a bad loss. A line with fields that are no signals is of another kind. One with other
 * signals may be, so it is a warning from the {@value #MISSING_WARNING}nd in a row and critical
 * from the {@value #MISSING_CRITICAL}th.
 *
 * <p><b>Edges.</b> It keeps no baseline, so nothing can blind it, and it judges from the first line
 * on. <b>Cost.</b> O(1). <b>Source.</b> Our own; loss scaling: Micikevicius et al. 2017.
 */
public final class NonFinite implements Detector {
  /**
   * Matches float16, fp16, torch.float16, half and Lightning's 16-mixed; not bfloat16, bf16-mixed.
   */
  private static final Pattern SCALED = Pattern.compile("(^|[^b])(float16|fp16)|^half$|^16");

  private static final Set<Signal> SIGNALS =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Signal.EVALUATION_LOSS)));

  private static final int SCALER_PATIENCE = 3;
  private static final int LOSS_PATIENCE = 2;
  private static final int EVERY_LINE = 4;
  private static final int KNOWN = 16;

  /** A loss scale that is no cause of an overflow. */
  private static final double SCALES_NOTHING = 1;

  /** Steps in which a loss scaler finds its scale. */
  private static final int BEGINNING = 50;

  private static final int MISSING_WARNING = 2;
  private static final int MISSING_CRITICAL = 5;

  private boolean scaled;
  private boolean scaler;
  private int badSteps;
  private int badLosses;
  private int missing;
  private int losses;
  private boolean someWithout;

  /** Step of the newest loss: another line of that step does not lack it. */
  private long lossStep = -1;

  @Override
  public AlarmKind kind() {
    return AlarmKind.NONFINITE;
  }

  @Override
  public boolean judgesFromFirstStep() {
    return true;
  }

  @Override
  public Set<Signal> signals() {
    return SIGNALS;
  }

  @Override
  public Judging judging() {
    return new Judging.Active();
  }

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
    if (sample.layer() != null) {
      if (sample.nonfinite() > 0) {
        emit(
            Severity.WARNING,
            null,
            count(sample) + " in layer " + sample.layer(),
            sample,
            verdicts);
      }
      return;
    }
    scaler =
        sample.has(Signal.LOSS_SCALE)
            ? sample.get(Signal.LOSS_SCALE) > SCALES_NOTHING
            : scaler || sample.has(Signal.SKIPPED);
    if (sample.nonfinite() > sample.brokenAuxiliaries()) {
      bad(sample, verdicts);
      return;
    }
    if (sample.nonfinite() > 0) {
      String what = count(sample) + " in statistics that the training does not depend on";
      emit(Severity.INFO, null, what, sample, verdicts);
    }
    if (sample.has(Signal.LOSS)) {
      lossStep = sample.step();
      losses = Math.min(losses + 1, KNOWN);
      someWithout |= missing > 0;
      badSteps = 0;
      badLosses = 0;
      missing = 0;
    } else if (sample.step() != lossStep) {
      withoutLoss(sample, verdicts);
    }
  }

  @Override
  public void exchange(State state) {
    badSteps = (int) state.integer(badSteps);
    badLosses = (int) state.integer(badLosses);
    missing = (int) state.integer(missing);
    losses = (int) state.integer(losses);
    someWithout = state.flag(someWithout);
    scaler = state.flag(scaler);
    lossStep = state.integer(lossStep);
  }

  private void bad(Sample sample, Consumer<Verdict> verdicts) {
    badSteps++;
    boolean hidden = sample.get(Signal.LOSS) == 0 && sample.isBroken(Signal.GRAD_NORM);
    boolean leftOut = !sample.has(Signal.LOSS) && sample.broken() == 0 && !isSkipped(sample);
    if (sample.isBroken(Signal.LOSS) || leftOut || hidden) {
      badLosses++;
      String what =
          hidden
              ? "Loss exactly 0 beside a gradient norm that is NaN or infinite, which is how some"
                  + " trainers report a loss that is NaN"
              : count(sample) + ", including the loss";
      Severity severity = badLosses >= LOSS_PATIENCE ? Severity.CRITICAL : Severity.WARNING;
      emit(severity, Signal.LOSS, what + ", in " + steps(badLosses), sample, verdicts);
    } else {
      badLosses = 0;
      String what = count(sample) + " in the gradients, in " + steps(badSteps);
      emit(gradientSeverity(sample), Signal.GRAD_NORM, what, sample, verdicts);
    }
  }

  private Severity gradientSeverity(Sample sample) {
    if (badSteps > SCALER_PATIENCE) {
      return Severity.CRITICAL;
    }
    boolean alone =
        badSteps == 1 && (sample.has(Signal.LOSS) || losses == KNOWN || sample.step() <= BEGINNING);
    return scaled || scaler || alone ? Severity.INFO : Severity.WARNING;
  }

  private void withoutLoss(Sample sample, Consumer<Verdict> verdicts) {
    boolean bare = sample.present() == 0;
    if (isSkipped(sample) || bare && sample.hasForeignFields()) {
      return;
    }
    someWithout |= losses > 0 && losses < EVERY_LINE;
    if (losses < EVERY_LINE || someWithout) {
      return;
    }
    missing++;
    badLosses += sample.present() == 0 ? 1 : 0;
    boolean critical = badLosses >= LOSS_PATIENCE || missing >= MISSING_CRITICAL;
    if (critical || badLosses > 0 || missing >= MISSING_WARNING) {
      String what =
          "Loss is no longer sent, although every line before had it, which is how senders that drop"
              + " NaN report it; it is missing in "
              + steps(missing);
      Severity severity = critical ? Severity.CRITICAL : Severity.WARNING;
      emit(severity, Signal.LOSS, what, sample, verdicts);
    }
  }

  /** Whether the optimizer skipped a step: it may send no loss, and that is no NaN. */
  private static boolean isSkipped(Sample sample) {
    return sample.get(Signal.SKIPPED) > 0;
  }

  private static String count(Sample sample) {
    return sample.nonfinite() == 1
        ? "One NaN or infinite value"
        : sample.nonfinite() + " NaN or infinite values";
  }

  private static String steps(int count) {
    return count == 1 ? "one step" : count + " steps in a row";
  }

  private static void emit(
      Severity severity,
      @Nullable Signal signal,
      String message,
      Sample sample,
      Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.NONFINITE, severity, signal)
        .at(sample)
        .value(sample.nonfinite(), 0)
        .eta(0, 0, 0)
        .evidence("nonfinite", sample.nonfinite())
        .emit(verdicts, message + ".");
  }
}
