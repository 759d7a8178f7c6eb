// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import io.foreshock.trainer.model.BlockStyle;
import io.foreshock.trainer.model.CausalMask;
import io.foreshock.trainer.model.GptConfig;
import io.foreshock.trainer.model.MuParam;
import io.foreshock.trainer.model.ParameterLayout;
import io.foreshock.trainer.model.Positions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepProbeTest {
  private static final float MASKED = CausalMask.MASKED;
  private static final double CLOSE = 1e-6;

  private final ParameterLayout layout =
      new ParameterLayout(
          new GptConfig(
              1, 1, 4, 2, 8, Positions.ROTARY, false, 0, 0, BlockStyle.GPT, MuParam.NONE));
  private final NDManager base = NDManager.newBaseManager();
  private final NDManager step = base.newSubManager();
  private final StepProbe probe = new StepProbe(layout, 2, StepProbe.Scope.ALL);

  @AfterEach
  void close() {
    base.close();
  }

  private StepStatistics read(long number) {
    return probe.read(number, 1);
  }

  /** A block that shows these scores, and the softmax of them. */
  private void attention(float... scores) {
    NDArray z = step.create(scores, new Shape(1, 2, 2));
    probe.attention(0, z, z.softmax(-1));
  }

  @Test
  void attentionLogitMaxLeavesMaskedPositionsOut() {
    probe.begin(1, true, step);
    attention(-7, MASKED, -9, -8);

    assertEquals(-7, read(1).layers().get(1).get(Signal.ATTENTION_LOGIT_MAX), CLOSE);
  }

  @Test
  void attentionEntropyIsTheMeanOverQueries() {
    probe.begin(2, true, step);
    attention(3, MASKED, 5, 5);

    // the first query sees one key, the second two alike
    assertEquals(Math.log(2) / 2, read(2).layers().get(1).get(Signal.ATTENTION_ENTROPY), CLOSE);
  }

  @Test
  void attentionEntropyIsMeasuredEveryKthStepOnly() {
    probe.begin(3, true, step);
    attention(3, MASKED, 5, 5);

    assertFalse(read(3).layers().get(1).has(Signal.ATTENTION_ENTROPY));
  }

  @Test
  void oneHotAttentionHasEntropyZero() {
    probe.begin(2, true, step);
    attention(3, MASKED, 5e4f, -5e4f);

    assertEquals(0, read(2).layers().get(1).get(Signal.ATTENTION_ENTROPY));
  }

  @Test
  void headStatisticsFollowTheirDefinitions() {
    probe.begin(1, true, step);
    NDArray logits = step.create(new float[] {1, 2, 3, -4}, new Shape(2, 2));
    NDArray logZ = step.create(new float[] {2, -3}, new Shape(2, 1));
    probe.head(logits, logZ, step.create(1.5f));
    Sample sample = read(1).step();

    assertEquals(1.5, sample.get(Signal.LOSS), CLOSE);
    assertEquals(3, sample.get(Signal.LOGIT_MAX), CLOSE);
    assertEquals(0.5, sample.get(Signal.LOGIT_MEAN), CLOSE);
    assertEquals(-0.5, sample.get(Signal.LOG_Z_MEAN), CLOSE);
    assertEquals(6.5, sample.get(Signal.LOG_Z_SQUARE_MEAN), CLOSE);
  }

  @Test
  void outputRmsIsTheRootOfTheMeanSquare() {
    probe.begin(1, true, step);
    probe.output(1, step.create(new float[] {3, 4, 0, 0}, new Shape(2, 2)));

    assertEquals(2.5, read(1).layers().get(1).get(Signal.OUTPUT_RMS), CLOSE);
  }

  private float[] filled(float value) {
    float[] values = new float[(int) layout.size()];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Test
  void gradientAndParametersAreMeasuredByLayerAndInAll() {
    float[] gradient = filled(0.5f);
    gradient[0] = 3;
    probe.begin(1, true, step);
    NDArray square = probe.gradient(step.create(gradient), step.create(filled(2)));
    StepStatistics statistics = read(1);
    long first = layout.layers().get(0).size();

    double sum = 9 + 0.25 * (layout.size() - 1);
    assertEquals(sum, square.getFloat(), 1e-4);
    assertEquals(Math.sqrt(sum), statistics.step().get(Signal.GRAD_NORM), 1e-5);
    assertEquals(
        Math.sqrt((9 + 0.25 * (first - 1)) / first),
        statistics.layers().get(0).get(Signal.GRAD_RMS),
        CLOSE);
    assertEquals(0.5, statistics.layers().get(1).get(Signal.GRAD_RMS), CLOSE);
    assertEquals(2, statistics.layers().get(2).get(Signal.PARAM_RMS), CLOSE);
    assertEquals(2 * Math.sqrt(layout.size()), statistics.step().get(Signal.PARAM_NORM), 1e-4);
    assertEquals(0, statistics.step().nonfinite());
  }

  @Test
  void nonFiniteGradientElementsAreCountedAndTheirStatisticsLeftOut() {
    float[] gradient = filled(1);
    gradient[0] = Float.NaN;
    gradient[1] = Float.POSITIVE_INFINITY;
    gradient[2] = Float.NEGATIVE_INFINITY;
    probe.begin(1, true, step);
    probe.gradient(step.create(gradient), step.create(filled(2)));
    StepStatistics statistics = read(1);

    assertFalse(statistics.step().has(Signal.GRAD_NORM));
    assertFalse(statistics.layers().get(0).has(Signal.GRAD_RMS));
    assertEquals(3 + 1, statistics.step().nonfinite()); // the elements, and the norm itself
    assertEquals(3 + 1, statistics.layers().get(0).nonfinite());
    assertEquals(1, statistics.layers().get(1).get(Signal.GRAD_RMS), CLOSE);
    assertEquals(0, statistics.layers().get(1).nonfinite());
  }

  @Test
  void updateStatisticsFollowTheirDefinitions() {
    float[] direction = new float[(int) layout.layers().get(2).size()];
    direction[0] = 1; // scaled by 0.5: exactly a half, which is not more than a half
    direction[1] = 1.02f;
    direction[2] = -6;
    float[] surprise = new float[direction.length];
    surprise[0] = 10;
    probe.begin(1, true, step);
    NDArray shown = step.create(direction);
    probe.direction(2, shown, 0.5);
    probe.adaptive(2, shown, 0.5, step.create(surprise), 0.3);
    StepStatistics statistics = read(1);
    Sample head = statistics.layers().get(2);
    double elements = direction.length;
    double square = (1 + 1.02 * 1.02 + 36) / 4;

    assertEquals(2 / elements, head.get(Signal.UPDATE_ABS_GT_HALF), CLOSE);
    assertEquals(Math.sqrt(square / elements), head.get(Signal.LAYER_UPDATE_RMS), CLOSE);
    assertEquals(Math.sqrt(9 / elements), head.get(Signal.RMS_RATIO), CLOSE);
    assertEquals(
        Math.sqrt(square / layout.size()), statistics.step().get(Signal.UPDATE_RMS), CLOSE);
  }

  @Test
  void ofAStepThatIsNotReportedOnlyTheLossIsMeasured() {
    float[] gradient = filled(0.5f);
    probe.begin(2, false, step);
    attention(3, MASKED, 5, 5);
    NDArray logits = step.create(new float[] {1, 2, 3, -4}, new Shape(2, 2));
    probe.head(logits, step.create(new float[] {2, -3}, new Shape(2, 1)), step.create(1.5f));
    NDArray square = probe.gradient(step.create(gradient), step.create(filled(2)));
    probe.direction(2, step.create(1f), 1);
    StepStatistics statistics = read(2);

    assertEquals(1.5, statistics.step().get(Signal.LOSS), CLOSE);
    assertFalse(statistics.step().has(Signal.GRAD_NORM));
    assertFalse(statistics.step().has(Signal.LOGIT_MAX));
    assertEquals(0, statistics.layers().size());
    assertEquals(0.25 * layout.size(), square.getFloat(), 1e-4); // what clipping goes by
  }
}
