// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "2.36749, 2.367",
    "-0.142, -0.142",
    "10000, 10000",
    "99999.6, 100000",
    "123456, 1.235e5",
    "1e7, 1e7",
    "0.00012345, 1.235e-4",
    "NaN, –",
    "-Infinity, −∞"
  })
  void numbersHaveFourSignificantDigitsAndNoIdleZeros(double value, String text) {
    assertEquals(text, Figures.number(value));
  }

  @Test
  void whatWasMeasuredAndIsNotFiniteIsCalledSo() {
    assertEquals("not finite", Figures.measured(Double.NaN));
    assertEquals("2.5", Figures.measured(2.5));
  }

  @Test
  void columnsHaveFixedDecimals() {
    assertEquals("1.2500", Figures.fixed(1.25, 4));
    assertEquals("–", Figures.fixed(Double.NaN, 4));
    assertEquals("12.5 %", Figures.percent(0.125, 1));
  }

  @Test
  void intervalsMayBeOpen() {
    assertEquals("1 to 2", Figures.interval(1, 2));
    assertEquals("up to 2", Figures.interval(0, 2));
    assertEquals("from 1", Figures.interval(1, INFINITE));
    assertEquals("open", Figures.interval(0, INFINITE));
    assertEquals("–", Figures.interval(Double.NaN, 2));
  }

  @Test
  void stepsAreCounted() {
    assertEquals("1 step", Figures.steps(1));
    assertEquals("12,000 steps", Figures.steps(12_000));
  }

  @Test
  void programsGetAllDigitsOrNothing() {
    assertEquals("0.30000000000000004", Figures.exact(0.1 + 0.2));
    assertEquals("", Figures.exact(INFINITE));
  }
}
