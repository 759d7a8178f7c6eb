// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects an evaluation whose loss is worse than it was.
 *
 * <p><b>Definition.</b> Each evaluation has its own course, by its name. Its best is the lowest
 * mean of two losses in a row. Its noise s is that of the second differences d of its last {@value
 * #WINDOW} losses, {@value #WITHOUT_LARGEST} √(mean(d²) / 6): a straight fall has none. The largest
 * d is left out of the mean, because it may be the bend at the beginning. Worse by max({@value
 * #SHARE} of the best, {@value #NOISES} s) in {@value #PATIENCE} evaluations in a row: warning. In
 * the first {@value #FEW} losses the share is {@value #SHARE_OF_FEW}, because their noise is hardly
 * known.
 *
 * <p><b>The training loss</b> (mean with a memory of {@value #MEMORY} samples) decides what it
 * means. Where it has fallen by {@value #FELL} since the best, the run over-fits; this is an info
 * from {@value #SLIGHT_SHARE} and {@value #SLIGHT_NOISES} s in {@value #SLIGHT_PATIENCE}
 * evaluations in a row on. Where it has risen by {@value #ROSE}, nothing is found: the detectors of
 * the loss judge that. A learning rate that has risen {@value #RATE_FACTOR}-fold since the best
 * explains a worse loss, which is info then.
 *
 * <p><b>Edges.</b> Nothing is judged before {@value #WARM_UP} losses of a name, nor when one of
 * them is not above 0. Losses above the limit enter the noise only when the next one is below it.
 * While an evaluation is worse, each line of a step with a loss has a verdict, too, so that the
 * incident lasts until the next evaluation. A line whose step is not newer than the last of its
 * name is a repetition. At most {@value #MOST_NAMES} names are judged. Never critical. <b>Cost.</b>
 * O({@value #WINDOW}) an evaluation. <b>Source.</b> Marin's 535B run announces an evaluation that
 * is 2 % worse (marin#8435); the rest is our own.
 */
public final class EvaluationRegression implements Detector {
  private static final double SHARE = 0.02;
  private static final double SHARE_OF_FEW = 0.04;
  private static final double NOISES = 5;

  /** Makes the mean square without the largest of 4 to 10 squares that of all. */
  private static final double WITHOUT_LARGEST = 1.25;

  private static final int PATIENCE = 2;
  private static final double SLIGHT_SHARE = 0.01;
  private static final double SLIGHT_NOISES = 3;
  private static final int SLIGHT_PATIENCE = 3;
  private static final int WARM_UP = 4;
  private static final int FEW = 8;
  private static final int WINDOW = 12;
  private static final double MEMORY = 24;
  private static final double FELL = 0.01;
  private static final double ROSE = 0.02;
  private static final double RATE_FACTOR = 1.5;
  private static final int MOST_NAMES = 64;

  private final Map<String, Course> courses = new LinkedHashMap<>();
  private double training = Double.NaN;
  private int trainingSamples;
  private double rate = Double.NaN;

  /** The evaluation that is worst now; null when none is worse. Not part of the state. */
  private @Nullable Course worst;

  /** One evaluation's losses so far. */
  private static final class Course {
    final String name;
    final float[] losses = new float[WINDOW];
    int size;
    long lastStep = -1;
    double newest = Double.NaN;
    double best = Double.POSITIVE_INFINITY;
    long bestStep;
    double trainingAtBest;
    double rateAtBest;
    int worse;
    int slightlyWorse;
    double held = Double.NaN;
    boolean signed;

    Course(String name) {
      this.name = name;
    }

    void exchange(State state) {
      size = (int) state.integer(size);
      for (int i = 0; i < Math.min(size, WINDOW); i++) {
        losses[i] = (float) state.real(losses[i]);
      }
      lastStep = state.integer(lastStep);
      newest = state.real(newest);
      best = state.real(best);
      bestStep = state.integer(bestStep);
      trainingAtBest = state.real(trainingAtBest);
      rateAtBest = state.real(rateAtBest);
      worse = (int) state.integer(worse);
      slightlyWorse = (int) state.integer(slightlyWorse);
      held = state.real(held);
      signed = state.flag(signed);
    }

    void keep(double loss) {
      if (size >= WINDOW) {
        System.arraycopy(losses, 1, losses, 0, WINDOW - 1);
        size = WINDOW - 1;
      }
      losses[size++] = (float) loss;
    }

    /** s; 0 while there are no two second differences. */
    double noise() {
      double sum = 0;
      double largest = 0;
      int count = size - 2;
      for (int i = 2; i < size; i++) {
        double bend = losses[i] - 2.0 * losses[i - 1] + losses[i - 2];
        sum += bend * bend;
        largest = Math.max(largest, bend * bend);
      }
      return count < 2 ? 0 : WITHOUT_LARGEST * Math.sqrt((sum - largest) / (count - 1) / 6);
    }

    double limit() {
      return best + Math.max((size < FEW ? SHARE_OF_FEW : SHARE) * best, NOISES * noise());
    }

    double slightLimit() {
      return best + Math.max(SLIGHT_SHARE * best, SLIGHT_NOISES * noise());
    }

    boolean ill() {
      return worse >= PATIENCE || slightlyWorse >= SLIGHT_PATIENCE;
    }
  }

  @Override
  public AlarmKind kind() {
    return AlarmKind.EVALUATION_REGRESSION;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.EVALUATION_LOSS, Signal.LOSS, Signal.LEARNING_RATE);
  }

  @Override
  public Judging judging() {
    int most = 0;
    for (Course course : courses.values()) {
      most = Math.max(most, course.signed ? 0 : course.size);
    }
    return Judging.of(Math.min(most, WARM_UP), WARM_UP, "evaluation lines with a loss above 0");
  }

  @Override
  public void update(Sample sample, Consumer<Verdict> verdicts) {
    if (sample.measurement() == Measurement.EVALUATION) {
      evaluate(sample, verdicts);
      return;
    }
    if (sample.has(Signal.LEARNING_RATE)) {
      rate = sample.get(Signal.LEARNING_RATE);
    }
    if (sample.has(Signal.LOSS)) {
      trainingSamples = (int) Math.min(trainingSamples + 1, MEMORY);
      double before = trainingSamples == 1 ? 0 : training;
      training = before + (sample.get(Signal.LOSS) - before) / trainingSamples;
      if (worst != null) {
        judge(worst, verdicts);
      }
    }
  }

  /** The best of the stage before says nothing about the new one. */
  @Override
  public void boundary() {
    courses.clear();
    trainingSamples = 0;
    worst = null;
  }

  @Override
  public void exchange(State state) {
    training = state.real(training);
    trainingSamples = (int) state.integer(trainingSamples);
    rate = state.real(rate);
    int count = (int) state.integer(courses.size());
    if (state.restoring()) {
      courses.clear();
      for (int i = 0; i < count; i++) {
        Course course = new Course(state.requiredText(null));
        course.exchange(state);
        courses.put(course.name, course);
      }
      worst = worstOfAll();
    } else {
      for (Course course : courses.values()) {
        state.text(course.name);
        course.exchange(state);
      }
    }
  }

  private void evaluate(Sample sample, Consumer<Verdict> verdicts) {
    double loss = sample.get(Signal.EVALUATION_LOSS);
    String name = sample.layer();
    if (Double.isNaN(loss) || name == null) {
      return;
    }
    Course course = courses.get(name);
    if (course == null) {
      if (courses.size() == MOST_NAMES) {
        return;
      }
      course = new Course(name);
      courses.put(name, course);
    }
    if (sample.step() <= course.lastStep) {
      return;
    }
    course.lastStep = sample.step();
    course.signed |= loss <= 0;
    if (!course.signed) {
      add(course, loss, sample.step());
      worst = worstOfAll();
      if (course.ill()) {
        judge(course, verdicts);
      }
    }
  }

  private void add(Course course, double loss, long step) {
    boolean known = course.size >= WARM_UP;
    boolean worse = known && loss > course.limit();
    boolean slightlyWorse = known && loss > course.slightLimit();
    course.worse = worse ? course.worse + 1 : 0;
    course.slightlyWorse = slightlyWorse ? course.slightlyWorse + 1 : 0;
    double mean = 0.5 * (course.newest + loss);
    course.newest = loss;
    if (worse) {
      course.held = course.worse == 1 ? loss : Double.NaN;
      return;
    }
    if (!Double.isNaN(course.held)) {
      course.keep(course.held); // it was a single bad one, so it is noise
      course.held = Double.NaN;
    }
    course.keep(loss);
    if (mean < course.best) {
      course.best = mean;
      course.bestStep = step;
      course.trainingAtBest = training;
      course.rateAtBest = rate;
    }
  }

  private @Nullable Course worstOfAll() {
    Course found = null;
    for (Course course : courses.values()) {
      if (course.ill()
          && (found == null || course.newest / course.best > found.newest / found.best)) {
        found = course;
      }
    }
    return found;
  }

  private void judge(Course course, Consumer<Verdict> verdicts) {
    double moved = training / course.trainingAtBest - 1;
    boolean fell = moved < -FELL;
    boolean worse = course.worse >= PATIENCE;
    if (moved > ROSE || !worse && !fell) {
      return;
    }
    boolean explained = rate > RATE_FACTOR * course.rateAtBest;
    Finding finding =
        new Finding(
                AlarmKind.EVALUATION_REGRESSION,
                worse && !explained ? Severity.WARNING : Severity.INFO,
                Signal.EVALUATION_LOSS)
            .value(course.newest, worse ? course.limit() : course.slightLimit())
            .evidence("evaluation", course.name)
            .evidence("best", course.best)
            .evidence("best_step", course.bestStep)
            .evidence("evaluated_step", course.lastStep)
            .evidence("noise", course.noise());
    if (!Double.isNaN(moved)) {
      finding.evidence("training_loss", training);
      finding.evidence("training_loss_at_best", course.trainingAtBest);
    }
    if (explained) {
      finding.evidence("learning_rate_factor", rate / course.rateAtBest);
    }
    int inARow = worse ? course.worse : course.slightlyWorse;
    finding.emit(verdicts, message(course, inARow, fell, explained));
  }

  private String message(Course course, int inARow, boolean fell, boolean explained) {
    return "Evaluation "
        + course.name
        + " is "
        + Finding.figure(course.newest)
        + ", "
        + Finding.figure(100 * (course.newest / course.best - 1))
        + " % above its best, "
        + Finding.figure(course.best)
        + " at step "
        + course.bestStep
        + ", and worse in "
        + inARow
        + " evaluations in a row"
        + (explained
            ? "; the learning rate has grown "
                + Finding.figure(rate / course.rateAtBest)
                + "-fold since."
            : fell
                ? " while the training loss fell from "
                    + Finding.figure(course.trainingAtBest)
                    + " to "
                    + Finding.figure(training)
                    + ": the run over-fits."
                : ".");
  }
}
