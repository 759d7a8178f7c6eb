// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.predictors.online.AlarmKind;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shapes: what a log can look like. A healthy shape must not raise an alarm, except for a note;
 * a sick shape must raise a critical alarm soon after its onset.
 *
 * <p>Each constant names the class that draws it, where the ranges and their sources are.
 */
public enum Shape {
  /** Gaussian noise of 2 to 12 % on a usual learning curve. */
  GAUSSIAN(Language::gaussian),
  /** Noise with Laplace's distribution. */
  LAPLACE(Language::laplace),
  /** Noise with Student's distribution, which has rows far from the rest. */
  STUDENT(Language::student),
  /** Noise that is correlated between rows. */
  CORRELATED(Language::correlated),
  /** Cosine schedule with restarts, at each of which the loss rises. */
  RESTARTS(Language::restarts),
  /** Constant learning rate that decays at the end. */
  WSD(Language::wsd),
  /** Linear decay. */
  LINEAR(Language::linear),
  /** Learning rate that is divided several times. */
  STEPS(Language::steps),
  /** Configurations of models as published. */
  PUBLISHED(Language::published),
  /** 20,000 to 50,000 rows. */
  LONG(Language::longRun, 10),
  /** A loss without any noise, 2 + exp(−i/50). */
  SMOOTH(Language::smooth, 10),
  /** Stretches of easier or harder data. */
  MIXTURE(Data::mixture),
  /** Epochs: the loss drops where the data begins again. */
  EPOCHS(Data::epochs),
  /** Batches that grow, so that the noise shrinks. */
  BATCH_RAMP(Data::batchRamp),
  /** Single batches whose loss is far from the rest. */
  OUTLIERS(Data::outliers),
  /** Every 10th to 500th step, the loss of one batch. */
  SPARSE(Data::sparse),
  /** Every 10th to 500th step, the mean of the steps since the last row. */
  SPARSE_MEAN(Data::sparseMean),
  /** Loss and norm with 2 to 4 digits. */
  ROUNDED(Data::rounded),
  /** Gradient norms that scatter widely and have spikes. */
  SPIKY_NORM(Gradients::spiky, true),
  /** fp16: a step is skipped now and then because its gradients overflow. */
  SKIPPED(Gradients::skipped, true),
  /** Preference tuning: from ln 2 downwards with much noise. */
  PREFERENCE(Objectives::preference),
  /** Fine-tuning with few examples a batch. */
  FINE_TUNING(Objectives::fineTuning),
  /** Policy loss around zero. */
  POLICY(Objectives::policy),
  /** Adversarial pair: the loss wanders. */
  ADVERSARIAL(Objectives::adversarial),
  /** Diffusion, flow matching, regression: losses of 0.001 to 0.1. */
  REGRESSION(Objectives::regression),
  /** Losses of several heads, summed. */
  SUMMED(Objectives::summed),
  /** A fine-tuned model that learns its data by heart. */
  MEMORIZED(Objectives::memorized),
  /** A character model that over-fits: jumps that come back by themselves. */
  CHARACTERS(Objectives::characters),
  /** The exponential of a cross-entropy. */
  PERPLEXITY(Objectives::perplexity),
  /** Mixture of experts: the load settles, then drifts slowly. */
  EXPERTS(Experts::usual, 60),
  /** Mixture of experts whose capacity or data changes; half of them say so. */
  EXPERTS_STAGES(Experts::stages, 60),
  /** Mixture of experts, every 10th or 100th step. */
  EXPERTS_SPARSE(Experts::sparse, 60),
  /** Reinforcement learning: the reward rises, entropy falls, the divergence grows slowly. */
  REWARDED(Policies::usual, 60),
  /** Reinforcement learning that solves its task. */
  REWARDED_SOLVED(Policies::solved, 60),
  /** Reinforcement learning with other tasks, penalties or references from time to time. */
  REWARDED_STAGES(Policies::stages, 60),

  /** The loss explodes in rows 3 to 20. */
  EXPLODES_EARLY(Explosions::early),
  /** The loss explodes in the middle of a run. */
  EXPLODES_LATE(Explosions::late),
  /** The loss explodes in a run that logs every 10th to 500th step. */
  EXPLODES_SPARSE(Explosions::sparse),
  /** The loss explodes in a run of 20 to 60 rows. */
  EXPLODES_SHORT(Explosions::shortRun),
  /** The gradient norm rises for 20 to 300 rows before the loss explodes. */
  EXPLODES_AFTER_RAMP(Explosions::ramp, true),
  /** The loss of another objective explodes. */
  EXPLODES_OTHER(Explosions::other),
  /** The loss jumps and stays. */
  JUMP_STAYS(Explosions::jumpStays),
  /** The loss jumps and returns after 5 to 1,000 rows. */
  JUMP_RETURNS(Explosions::jumpReturns),
  /** The loss rises by 1 to 5 % in 100 rows. */
  SLOW_RISE(Explosions::slowRise),
  /** NaN in rows 2 to 10. */
  NAN_EARLY(Failures::nanEarly),
  /** NaN in the middle of a run. */
  NAN_LATE(Failures::nanLate),
  /** A loss of exactly 0 and a gradient norm of NaN, as a trainer that hides NaN logs it. */
  ZERO_LOSS_NAN_NORM(Failures::zeroLossNanNorm, true),
  /** A loss of exactly 0 after a healthy cross-entropy. */
  ZERO_LOSS(Failures::zeroLoss),
  /** A gradient norm of exactly 0: nothing is trained any more. */
  ZERO_NORM(Failures::zeroNorm, true),
  /** A gradient norm of infinity and no loss for at least 6 rows: all steps are skipped. */
  OVERFLOW(Failures::overflow, true),
  /** The loss never falls as far as that of its siblings. */
  NEVER_LEARNS(Failures::neverLearns),
  /** All tokens go to fewer and fewer experts. */
  EXPERTS_COLLAPSE(Experts::collapse),
  /** The balancing bias grows and grows. */
  EXPERTS_BIAS(Experts::bias),
  /** Experts drop more and more tokens. */
  EXPERTS_DROP(Experts::drop),
  /** The policy loses its entropy and earns nothing for it. */
  POLICY_COLLAPSE(Policies::collapse),
  /** The policy turns into noise: its entropy explodes, and the reward falls. */
  POLICY_NOISE(Policies::noise),
  /** The policy leaves its reference, and the reward falls. */
  POLICY_DRIFT(Policies::drift),
  /** All rewards of a group are equal, and nothing is learned. */
  POLICY_SPREADLESS(Policies::spreadless),
  /** Rollout and trainer drift apart, then the gradient norm. */
  POLICY_MISMATCH(Policies::mismatch),

  /** fp16: a loss scale that finds its level, and skips a step where it grew too far. */
  FP16(Optimization::fp16),
  /** A norm of the parameters that grows as weight decay and schedule let it. */
  NORM_GROWS(Optimization::normGrows),
  /** Throughput with pauses for evaluations and checkpoints, a slow start, other batches. */
  SPEED(Pace::speed),
  /** Several ranks that report their step times. */
  RANKS(Pace::ranks),
  /** Evaluations that are noisy, flat or rare, some of a schedule with restarts. */
  EVALUATED(Evaluated::healthy),
  /** Runs of hours or days with little noise. */
  DENSE(Pace::dense),

  /** A loss scale that is halved until nothing is left of it. */
  SCALE_COLLAPSES(Optimization::scaleCollapses, AlarmKind.LOSS_SCALE_COLLAPSE),
  /** 8 to 60 % of the steps are skipped. */
  SKIPS_MANY(Optimization::skipsMany, AlarmKind.STEPS_SKIPPED),
  /** A norm of the parameters that grows faster and faster. */
  NORM_RUNS_AWAY(Optimization::normRunsAway, AlarmKind.PARAM_NORM_GROWTH),
  /** Throughput that falls by 20 to 70 % and stays there. */
  SLOWS_DOWN(Pace::slowsDown, AlarmKind.THROUGHPUT_DROP),
  /** One rank that becomes 15 to 100 % slower than the others. */
  STRAGGLES(Pace::straggles, AlarmKind.STRAGGLER),
  /** An evaluation that gets worse while the training loss falls. */
  OVERFITS(Evaluated::overfits, AlarmKind.EVALUATION_REGRESSION),
  /** An evaluation that jumps by 4 to 30 % and stays. */
  EVALUATION_JUMPS(Evaluated::jumps, AlarmKind.EVALUATION_REGRESSION),
  /** A loss that steps up by 3 to 12 % and stays, in a run of hours. */
  FLOOR_STEPS(Pace::floorSteps, AlarmKind.LOSS_FLOOR);

  /** Runs of a shape that has no reason for another number. */
  private static final int USUAL_RUNS = 30;

  private final Consumer<Sketch> maker;
  private final int runs;
  private final boolean needsNorm;

  /** The kind of alarm by which a sick run is found that does not diverge; null for the others. */
  private final @Nullable AlarmKind found;

  Shape(Consumer<Sketch> maker) {
    this(maker, USUAL_RUNS, false);
  }

  Shape(Consumer<Sketch> maker, int runs) {
    this(maker, runs, false);
  }

  Shape(Consumer<Sketch> maker, boolean needsNorm) {
    this(maker, USUAL_RUNS, needsNorm);
  }

  Shape(Consumer<Sketch> maker, int runs, boolean needsNorm) {
    this(maker, runs, needsNorm, null);
  }

  Shape(Consumer<Sketch> maker, AlarmKind found) {
    this(maker, USUAL_RUNS, false, found);
  }

  Shape(Consumer<Sketch> maker, int runs, boolean needsNorm, @Nullable AlarmKind found) {
    this.maker = maker;
    this.runs = runs;
    this.needsNorm = needsNorm;
    this.found = found;
  }

  /** Draws a run of this shape. */
  void draw(Sketch sketch) {
    maker.accept(sketch);
  }

  /** How many runs of this shape a corpus has. */
  int runs() {
    return runs;
  }

  /** Whether the shape shows only in the gradient norm. */
  boolean needsNorm() {
    return needsNorm;
  }

  /** Whether every run of this shape sends its configuration. */
  boolean alwaysConfigured() {
    return this == PUBLISHED;
  }

  /** Whether the runs of this shape are healthy. */
  public boolean healthy() {
    return compareTo(EXPLODES_EARLY) < 0 || isAside() && found == null;
  }

  /**
   * Whether the shape is of signals that do not show a divergence. The forecast is not fitted to
   * such runs, and no critical alarm is expected of the sick ones.
   */
  public boolean isAside() {
    return compareTo(FP16) >= 0;
  }

  /** The kind of alarm by which a sick run {@link #isAside} is found; null for other runs. */
  @Nullable AlarmKind found() {
    return found;
  }

  /** Whether the runs of this shape send statistics of experts or of a policy. */
  public boolean hasOthers() {
    String name = name();
    return name.startsWith("EXPERTS") || name.startsWith("REWARDED") || name.startsWith("POLICY_");
  }

  /** The name in labels and in the names of runs. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
