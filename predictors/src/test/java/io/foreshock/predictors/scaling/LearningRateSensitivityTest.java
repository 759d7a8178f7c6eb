// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.scaling.LearningRateSensitivity.Row;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Run;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearningRateSensitivityTest {
  private static final double[] RATES = {3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1};
  private static final double LOST = Double.POSITIVE_INFINITY;

  private static List<Run> size(double parameters, double initial, double... losses) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      runs.add(new Run(parameters, RATES[i], losses[i], initial));
    }
    return runs;
  }

  @Test
  void followsItsDefinition() {
    List<Run> runs = size(1e6, 10.4, 3.5, 3.3, 3.1, 3.0, 3.2, 9.0, LOST);
    Row row = LearningRateSensitivity.of(runs).rows().get(0);
    assertEquals(2.0714, row.sensitivity(), 5e-5);
    assertEquals(14.5 / 7, row.sensitivity(), 1e-12);
    assertEquals(3, row.bestLoss());
    assertEquals(1e-2, row.bestLearningRate());
    assertEquals(1, row.diverged());
  }

  @Test
  void aModelThatKnowsNothingAnywhereScoresNothingAndIsToldSo() {
    double uniform = Math.log(32101);
    assertEquals(10.3766, uniform, 5e-5); // the loss that the paper's vocabulary starts from
    LearningRateSensitivity all =
        LearningRateSensitivity.of(size(1e6, uniform, LOST, Double.NaN, 11, uniform, LOST));
    assertEquals(0, all.rows().get(0).sensitivity(), 1e-12);
    assertEquals(uniform, all.rows().get(0).bestLoss(), 1e-12);
    assertEquals(5, all.rows().get(0).diverged());
    assertTrue(all.caveats().get(1).contains("bad at every learning rate"), "" + all.caveats());
  }

  @Test
  void sizesComeInRisingOrderWhateverTheRowsDo() {
    List<Run> runs = new ArrayList<>(size(1e7, 8, 5, 4, 3, 4));
    runs.addAll(size(1e6, 8, 6, 5, 4, 4.5));
    List<Row> ordered = LearningRateSensitivity.of(runs).rows();
    Collections.shuffle(runs, new Random(3));
    assertEquals(ordered, LearningRateSensitivity.of(runs).rows());
    assertEquals(1e6, ordered.get(0).parameters());
    assertEquals(1, ordered.get(1).sensitivity(), 1e-12);
  }

  @Test
  void seedsAreCappedFirstAndAveragedThen() {
    List<Run> runs = new ArrayList<>(size(1e6, 8, 5, 4, 6));
    runs.add(new Run(1e6, RATES[2], Double.NaN, 7));
    Row row = LearningRateSensitivity.of(runs).rows().get(0);
    assertEquals(6.5, row.cells().get(2).loss(), 1e-12);
    assertEquals(2, row.cells().get(2).runs());
    assertEquals((5 + 4 + 6.5) / 3 - 4, row.sensitivity(), 1e-12);
  }

  @Test
  void warnsWhenTheWindowMissesTheOptimum() {
    assertTrue(caveats(size(1e6, 8, 3, 4, 5)).contains("the lowest tried"));
    assertTrue(caveats(size(1e6, 8, 5, 4, 3)).contains("the highest tried"));
    assertTrue(caveats(size(1e6, 8, 3)).contains("one learning rate only"));
    List<Run> good = new ArrayList<>(size(1e6, 8, 5, 4, 5));
    good.addAll(size(1e7, 8, 5, 4, 5));
    assertEquals(List.of(), LearningRateSensitivity.of(good).caveats());
  }

  @Test
  void warnsWhenSizesCannotBeCompared() {
    List<Run> runs = new ArrayList<>(size(1e6, 8, 5, 4, 5));
    runs.addAll(size(1e7, 8, 5, 4, 4, 5));
    assertTrue(caveats(runs).contains("different learning rates"));
    assertTrue(caveats(size(1e6, 8, 5, 4, 5)).contains("one size only"));
  }

  @Test
  void runsThatCannotBeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Run(0, 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Run(1, Double.NaN, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Run(1, 1, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Run(1, 1, 1, LOST));
    assertThrows(IllegalArgumentException.class, () -> LearningRateSensitivity.of(List.of()));
  }

  private static String caveats(List<Run> runs) {
    return LearningRateSensitivity.of(runs).caveats().toString();
  }
}
