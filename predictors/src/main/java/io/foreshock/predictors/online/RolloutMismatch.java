// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects that the log-probabilities of rollout and trainer drift apart, and then the gradient
 * norm.
 *
 * <p><b>Definition.</b> With the level of the mean difference, of {@link OwnLevel}: info above
 * {@value #GREW} times its reference, warning above {@value #FAR} times; critical above {@value
 * #FAR} times while the gradient norm is above {@value #FAR} times its own reference, too.
 *
 * <p><b>Edges.</b> Where only the largest difference is sent, that is judged. A difference that is
 * not above 0 is not judged. It has no limit, because it depends on precision and length.
 * <b>Source.</b> That the mismatch alone collapses a training, and the gradient norm then explodes:
 * arXiv 2605.14220. Measured on computed runs; few public logs have it.
 */
public final class RolloutMismatch implements Detector {
  private static final double GREW = 2;
  private static final double FAR = 4;
  private static final double CLEAR = 10;
  private static final int HOLD = 4;

  private final OwnLevel difference = new OwnLevel(0);
  private final OwnLevel norm = new OwnLevel(0);
  private @Nullable Signal judged;
  private int held;

  @Override
  public AlarmKind kind() {
    return AlarmKind.ROLLOUT_MISMATCH;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOGPROB_DIFFERENCE_MEAN, Signal.LOGPROB_DIFFERENCE_MAX, Signal.GRAD_NORM);
  }

  @Override
  public Judging judging() {
    return Judging.of(
        difference.warmedUp(),
        OwnLevel.WARM_UP,
        "logprob_difference_mean or logprob_difference_max");
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double gradient = sample.get(Signal.GRAD_NORM);
    if (judged != null && !Double.isNaN(gradient)) {
      norm.add(sample.step(), gradient);
      norm.hold(isAbove(norm, GREW));
    }
    Signal signal = signal(sample);
    if (signal == null) {
      return;
    }
    judged = signal;
    difference.add(sample.step(), sample.get(signal));
    boolean trouble = difference.ready() && difference.reference() > 0 && isAbove(difference, GREW);
    difference.hold(trouble);
    held = trouble ? held + 1 : 0;
    if (held >= HOLD) {
      emit(signal, verdicts);
    }
  }

  @Override
  public void boundary() {
    difference.boundary();
    norm.boundary();
  }

  @Override
  public void exchange(State state) {
    difference.exchange(state);
    norm.exchange(state);
    judged = state.constant(Signal.class, judged);
    held = (int) state.integer(held);
  }

  /** The signal to judge: the mean, and the largest difference until a mean was sent. */
  private @Nullable Signal signal(Sample sample) {
    if (sample.has(Signal.LOGPROB_DIFFERENCE_MEAN)) {
      if (judged == Signal.LOGPROB_DIFFERENCE_MAX) {
        difference.boundary();
      }
      return Signal.LOGPROB_DIFFERENCE_MEAN;
    }
    boolean onlyMax =
        judged != Signal.LOGPROB_DIFFERENCE_MEAN && sample.has(Signal.LOGPROB_DIFFERENCE_MAX);
    return onlyMax ? Signal.LOGPROB_DIFFERENCE_MAX : null;
  }

  private static boolean isAbove(OwnLevel own, double factor) {
    double m = own.level();
    double r = own.reference();
    return m > factor * r && m - r > CLEAR * own.error();
  }

  private void emit(Signal signal, Consumer<Verdict> verdicts) {
    boolean far = isAbove(difference, FAR);
    boolean gradients = norm.ready() && isAbove(norm, FAR);
    Severity severity =
        far && gradients ? Severity.CRITICAL : far ? Severity.WARNING : Severity.INFO;
    Finding finding =
        new Finding(AlarmKind.ROLLOUT_MISMATCH, severity, signal)
            .value(difference.level(), GREW * difference.reference())
            .evidence("before", difference.reference());
    if (norm.ready()) {
      finding.evidence("grad_norm", norm.level()).evidence("grad_norm_before", norm.reference());
    }
    finding.emit(
        verdicts,
        "Log-probabilities of rollout and trainer differ by "
            + Finding.figure(difference.level())
            + " nats, "
            + Finding.figure(difference.level() / difference.reference())
            + " times what it was before"
            + (gradients
                ? ", and the gradient norm has grown "
                    + Finding.figure(norm.level() / norm.reference())
                    + "-fold: training on such rollouts collapses."
                : ". Compare precision, kernels and versions of both."));
  }
}
