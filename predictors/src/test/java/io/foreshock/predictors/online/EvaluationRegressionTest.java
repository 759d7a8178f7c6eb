// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationRegressionTest extends DetectorContract {
  private final EvaluationRegression detector = new EvaluationRegression();
  private final List<Verdict> found = new ArrayList<>();
  private long step;

  @Override
  Detector fresh() {
    return new EvaluationRegression();
  }

  @Override
  String evaluation() {
    return "c4";
  }

  @Override
  void healthy(Sample sample, int i, double noise) {
    sample.set(Signal.EVALUATION_LOSS, 3 + Math.exp(-i / 20.0) + 0.004 * noise);
  }

  @Override
  void troubled(Sample sample, int k, double noise) {
    sample.set(Signal.EVALUATION_LOSS, 3.15 + 0.004 * noise);
  }

  @Test
  void twoPercentAboveTheBestTwiceInARowIsAWarning() {
    evaluate(3.3, 3.2, 3.1, 3.05, 3.02, 3.01, 3.005, 3.0, 3.0, 3.0);
    evaluate(3.1);
    assertEquals(List.of(), found);
    evaluate(3.1);
    assertEquals(Severity.WARNING, newest().severity());
    assertEquals("c4", newest().evidence().get("evaluation"));
    assertTrue(newest().message().startsWith("Evaluation c4 is 3.1, 3.33 % above its best, 3.0"));
  }

  @Test
  void noiseOfThreePercentIsNothing() {
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      evaluate(3 * Math.exp(0.03 * random.nextGaussian()));
    }
    assertEquals(List.of(), found);
  }

  @Test
  void aLossThatRisesWhileTheTrainingLossFallsIsOverfitting() {
    double loss = 2;
    for (int i = 0; i < 30; i++) {
      train(loss);
      loss -= 0.02;
      evaluate(i < 15 ? 2.5 - 0.01 * i : 2.35 + 0.01 * (i - 15));
    }
    assertEquals(Severity.INFO, found.get(0).severity());
    assertTrue(found.get(0).message().endsWith(": the run over-fits."), found.get(0).message());
    assertEquals(Severity.WARNING, newest().severity());
  }

  @Test
  void aLossThatRisesWithTheTrainingLossIsLeftToOtherDetectors() {
    for (int i = 0; i < 10; i++) {
      train(2);
      evaluate(2.5);
    }
    for (int i = 0; i < 10; i++) {
      train(2 + 0.1 * i);
      evaluate(2.6 + 0.1 * i);
    }
    assertEquals(List.of(), found);
  }

  @Test
  void aLearningRateThatRoseExplainsAWorseLoss() {
    rate(1e-4);
    for (int i = 0; i < 10; i++) {
      evaluate(2.5);
    }
    rate(1e-3);
    evaluate(2.7, 2.7);
    assertEquals(Severity.INFO, newest().severity());
    assertTrue(newest().message().contains("the learning rate has grown 10.0-fold since"));
  }

  @Test
  void theIncidentLastsUntilTheNextEvaluation() {
    evaluate(3, 3, 3, 3, 3, 3, 3, 3, 3.2, 3.2);
    assertEquals(1, found.size());
    train(2);
    assertEquals(1 + 24, found.size());
    int before = found.size();
    evaluate(3);
    train(2);
    assertEquals(before, found.size());
  }

  @Test
  void eachEvaluationHasItsOwnBest() {
    for (int i = 0; i < 10; i++) {
      step++;
      evaluateAs("a", 2);
      evaluateAs("b", 9);
    }
    assertEquals(List.of(), found);
    assertInstanceOf(Judging.Active.class, detector.judging());
  }

  @Test
  void aRepeatedLineCountsOnce() {
    evaluate(3, 3, 3, 3, 3, 3, 3, 3, 3.2);
    evaluateAs("c4", 3.2);
    assertEquals(List.of(), found);
  }

  @Test
  void aLossThatIsNotAboveZeroIsNotJudged() {
    evaluate(-3, -3, -3, -3, -3, -3, -1, -1, -1);
    assertEquals(List.of(), found);
    assertInstanceOf(Judging.NothingToJudgeBy.class, detector.judging());
  }

  private Verdict newest() {
    return found.get(found.size() - 1);
  }

  private void evaluate(double... losses) {
    for (double loss : losses) {
      step += 100;
      evaluateAs("c4", loss);
    }
  }

  private void evaluateAs(String name, double loss) {
    Sample sample = Sample.ofEvaluation(name, step, step);
    detector.update(sample.set(Signal.EVALUATION_LOSS, loss), found::add);
  }

  private void rate(double rate) {
    detector.update(Sample.ofStep(step, step).set(Signal.LEARNING_RATE, rate), verdict -> {});
  }

  /** As many lines as the mean of the training loss remembers. */
  private void train(double loss) {
    for (int i = 0; i < 24; i++) {
      detector.update(Sample.ofStep(step, step).set(Signal.LOSS, loss), found::add);
    }
  }
}
