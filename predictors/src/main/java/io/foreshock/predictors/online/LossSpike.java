// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.forecast.LossMeasure;
import io.foreshock.predictors.stats.ResistantBaseline;
import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects a loss that jumps above its own falling course.
 *
 * <p><b>Definition.</b> {@link SpikeWatch} with k = {@value #SCORES}, m = {@value #MARGIN} of the
 * expected loss μ, and s at least {@value #NOISE_FLOOR} of it. A flagged sample at its full height
 * counts once. It counts twice when it lies {@value #GREAT_SCORES} s above μ and is either {@value
 * #SPARSE_STEPS} steps or more after the one before, or rose {@value #GROWING} times as far as that
 * one. Critical at a count of {@value #ENOUGH} while the samples since the first lie on average
 * {@value #CLEAR} above μ, until the loss is back; warning before, from a count of 2 on, if a
 * sample lay {@value #GREAT_SCORES} s above μ; otherwise info. So two bad batches in a row of a
 * dense log are not critical unless the second is much worse, and a loss that explodes is critical
 * at its second sample. While the learning rate is {@value #RATE_RISEN} times its average of memory
 * {@value #RATE_MEMORY}, as after a restart, a jump counts only above {@value #RESTARTED} of μ.
 *
 * <p><b>First samples.</b> Before there is a baseline, the highest h of the last {@value
 * #EARLY_WINDOW} losses stands for it: a loss above {@value #EARLY_FACTOR} h counts once and one
 * above twice that counts twice, from the third sample on; each is at least a warning. A loss that
 * has stayed above {@value #EARLY_RISE} h for {@value #EARLY_ROWS} samples is a warning, and
 * critical above {@value #EARLY_FAR} h. Losses below {@value #EARLY_LEAST} nat are not judged so.
 * What is high does not enter the baseline before it has lasted for a whole warm-up; then it is the
 * level.
 *
 * <p><b>Learned by heart.</b> Near 0 a jump counts only from {@link LossMeasure#leastRise} on,
 * because such losses jump by factors without harm.
 *
 * <p><b>Boundary.</b> Until a new stage has a baseline, only losses above 1 + {@value #FAR} times
 * the old expectation count.
 *
 * <p><b>No cross-entropy.</b> Where shares of the loss mean nothing ({@link
 * LossMeasure#isComparable}), only samples {@value #GREAT_SCORES} s above μ count, each once, and
 * there is no early rule.
 *
 * <p><b>Source.</b> The form is that of rules used in production (OLMo-core: mean + 6σ over 128),
 * on a detrended outlier-free baseline; the counts are our own.
 */
public final class LossSpike implements Detector {
  private static final double SCORES = 6;

  /** Share of the loss; smaller jumps are left to {@link LossDivergence}, which averages. */
  private static final double MARGIN = 0.10;

  /** Share of the loss. New data or longer texts raise it by less than that. */
  private static final double FAR = 1;

  /** Share of the loss; every training loss is noisier than that from batch to batch. */
  private static final double NOISE_FLOOR = 0.004;

  private static final double GREAT_SCORES = 20;
  private static final int SPARSE_STEPS = 4;
  private static final double GROWING = 1.5;
  private static final int ENOUGH = 3;

  /** Share of the loss. Restarts and new data raise it by up to 12 %. */
  private static final double CLEAR = 0.13;

  private static final double RATE_RISEN = 1.3;
  private static final double RATE_MEMORY = 64;
  private static final double RESTARTED = 0.3;

  private static final double EARLY_FACTOR = 2;
  private static final double EARLY_RISE = 1.25;
  private static final double EARLY_FAR = 1.5;
  private static final int EARLY_WINDOW = 5;
  private static final int EARLY_ROWS = 4;

  /** Smallest loss, nats, that the early rule judges: below it factors are noise. */
  private static final double EARLY_LEAST = 1;

  private final SpikeWatch watch = new SpikeWatch(SCORES, MARGIN, FAR, true, NOISE_FLOOR);
  private final LossMeasure measure = new LossMeasure();
  private int count;
  private double riseBefore;
  private double rises;
  private boolean great;
  private boolean lasting;
  private long stepBefore;
  private double rateMean = Double.NaN;
  private final double[] early = new double[EARLY_WINDOW];
  private int earlyRows;

  @Override
  public AlarmKind kind() {
    return AlarmKind.LOSS_SPIKE;
  }

  @Override
  public boolean judgesFromFirstStep() {
    return true;
  }

  @Override
  public Judging judging() {
    return Judging.of(watch.warmedUp(), ResistantBaseline.MIN_SAMPLES, Signal.LOSS.wireName());
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LOSS, Signal.LEARNING_RATE);
  }

  @Override
  public void configure(RunConfig config) {
    measure.configure(config);
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.LOSS);
    if (Double.isNaN(loss)) {
      return;
    }
    measure.add(loss);
    if (watch.ready()) {
      judge(loss, sample, verdicts);
    } else {
      judgeEarly(loss, sample, verdicts);
    }
    stepBefore = sample.step();
  }

  @Override
  public void boundary() {
    watch.boundary();
    calm();
    earlyRows = 0;
  }

  @Override
  public void exchange(State state) {
    watch.exchange(state);
    measure.exchange(state);
    count = (int) state.integer(count);
    riseBefore = state.real(riseBefore);
    rises = state.real(rises);
    great = state.flag(great);
    lasting = state.flag(lasting);
    rateMean = state.real(rateMean);
    stepBefore = state.integer(stepBefore);
    state.reals(early);
    earlyRows = (int) state.integer(earlyRows);
  }

  private void judge(double loss, Sample sample, Consumer<Verdict> verdicts) {
    double expected = watch.expected();
    double least = measure.isComparable() ? measure.leastRise(expected) : 0;
    watch.least(restarted(sample) ? Math.max(least, RESTARTED * expected) : least);
    if (!watch.add(sample.step(), loss)) {
      calm();
      Arrays.fill(early, loss); // in case a new baseline begins
      earlyRows = 0;
      return;
    }
    double rise = loss - expected;
    boolean isGreat = rise > GREAT_SCORES * watch.scale();
    great |= isGreat;
    rises += rise;
    if (measure.isComparable()) {
      boolean far = sample.step() - stepBefore >= SPARSE_STEPS;
      boolean grows = riseBefore > 0 && rise > GROWING * riseBefore;
      count += rise <= watch.rise() ? 0 : isGreat && (far || grows) ? 2 : 1;
    } else {
      count += isGreat ? 1 : 0;
    }
    riseBefore = rise;
    emit(severity(), loss, watch.expected(), watch.threshold(), watch.flagged(), sample, verdicts);
  }

  private void calm() {
    count = 0;
    rises = 0;
    great = false;
    lasting = false;
    riseBefore = 0;
  }

  private Severity severity() {
    boolean clear = !measure.isComparable() || rises > CLEAR * watch.expected() * watch.flagged();
    if (count >= ENOUGH && (clear || lasting)) {
      lasting = true;
      return Severity.CRITICAL;
    }
    return count >= 2 && great ? Severity.WARNING : Severity.INFO;
  }

  /** Whether the learning rate has just risen; the average follows it. */
  private boolean restarted(Sample sample) {
    double rate = sample.get(Signal.LEARNING_RATE);
    if (rate > 0) {
      boolean known = !Double.isNaN(rateMean);
      rateMean = known ? rateMean + (rate - rateMean) / RATE_MEMORY : rate;
    }
    return rate > RATE_RISEN * rateMean;
  }

  /** Judges by the highest loss so far, and adds the loss to the baseline unless it is flagged. */
  private void judgeEarly(double loss, Sample sample, Consumer<Verdict> verdicts) {
    int seen = watch.warmedUp();
    double highest = Arrays.stream(early).max().orElse(loss);
    boolean high =
        measure.isComparable() && seen > 0 && loss > EARLY_LEAST && loss > EARLY_RISE * highest;
    if (!high || earlyRows >= ResistantBaseline.MIN_SAMPLES) {
      watch.learn(sample.step(), loss);
      Arrays.fill(
          early,
          seen == 0 ? 0 : seen % EARLY_WINDOW,
          seen == 0 ? EARLY_WINDOW : seen % EARLY_WINDOW + 1,
          loss);
      earlyRows = 0;
      count = 0;
      return;
    }
    earlyRows++;
    boolean doubled = seen > 1 && loss > EARLY_FACTOR * highest;
    count += !doubled ? 0 : loss > 2 * EARLY_FACTOR * highest ? 2 : 1;
    boolean stays = earlyRows >= EARLY_ROWS && highest > EARLY_LEAST;
    boolean critical = count >= ENOUGH || stays && loss > EARLY_FAR * highest;
    if (critical || doubled || stays) {
      Severity severity = critical ? Severity.CRITICAL : Severity.WARNING;
      emit(severity, loss, highest, EARLY_RISE * highest, earlyRows, sample, verdicts);
    }
  }

  private static void emit(
      Severity severity,
      double loss,
      double expected,
      double threshold,
      int samples,
      Sample sample,
      Consumer<Verdict> verdicts) {
    new Finding(AlarmKind.LOSS_SPIKE, severity, Signal.LOSS)
        .value(loss, threshold)
        .eta(0, 0, 0)
        .evidence("expected", expected)
        .evidence("samples_above", samples)
        .emit(
            verdicts,
            "Loss jumped to "
                + Finding.figure(loss)
                + " where at most "
                + Finding.figure(threshold)
                + " was expected"
                + (samples == 1 ? "." : ", and has stayed up for " + samples + " samples."));
  }
}
