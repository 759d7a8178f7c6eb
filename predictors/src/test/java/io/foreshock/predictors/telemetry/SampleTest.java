// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTest {
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aNonFiniteValueIsKnownToBeAndIsNoMeasurement(double value) {
    Sample sample = Sample.ofStep(1, 0).set(Signal.LOSS, value).set(Signal.BATCH, 4);
    assertTrue(sample.isBroken(Signal.LOSS));
    assertFalse(sample.has(Signal.LOSS));
    assertFalse(sample.isBroken(Signal.BATCH));
    assertEquals(1L << Signal.LOSS.ordinal(), sample.broken());
    assertEquals(1, sample.nonfinite());
  }

  @Test
  void aSignalThatWasLeftOutIsNotBroken() {
    assertFalse(Sample.ofStep(1, 0).addNonfinite(7).isBroken(Signal.LOSS));
  }

  @Test
  void aCopyIsOfTheSameValuesAndASampleThatIsUsedAgainIsEmpty() {
    Sample sample = Sample.ofStep(1, 0).set(Signal.LOSS, Double.NaN).set(Signal.BATCH, 4);
    Sample copy = sample.copy();
    sample.reset(Measurement.TRAIN_STEP, null, Sample.NO_HEAD, 2, 0);
    assertTrue(copy.isBroken(Signal.LOSS));
    assertEquals(4, copy.get(Signal.BATCH));
    assertEquals(0, sample.broken());
    assertEquals(0, sample.present());
  }
}
