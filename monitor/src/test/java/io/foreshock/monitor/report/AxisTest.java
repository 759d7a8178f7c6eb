// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void valuesLieBetweenItsEnds() {
    Axis axis = Axis.linear().include(2, 4).place(100, 300, 0);
    assertEquals(100, axis.at(2));
    assertEquals(200, axis.at(3));
    Axis upwards = Axis.logarithmic().include(1, 100).place(300, 100, 0);
    assertEquals(200, upwards.at(10), 1e-9);
  }

  @Test
  void ticksAreRound() {
    assertEquals(
        List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        Axis.linear().include(0, 1).place(0, 1, 0).ticks(5).stream().map(AxisTest::round).toList());
    assertEquals(
        List.of(-100.0, -50.0, 0.0, 50.0), Axis.linear().include(-121, 90).place(0, 1, 0).ticks(5));
    assertEquals(
        List.of(1.0, 2.0, 5.0, 10.0), Axis.logarithmic().include(1, 15).place(0, 1, 0).ticks(5));
    assertEquals(
        List.of(1.0, 100.0, 1e4, 1e6), Axis.logarithmic().include(1, 1e6).place(0, 1, 0).ticks(5));
    assertEquals(
        List.of(3.0, 4.0, 5.0), Axis.logarithmic().include(2.9, 5.1).place(0, 1, 0).ticks(4));
  }

  @Test
  void valuesFarApartAreShownLogarithmically() {
    assertTrue(Axis.of(1, 21).isLogarithmic());
    assertFalse(Axis.of(1, 19).isLogarithmic());
    assertFalse(Axis.of(0, 1000).isLogarithmic());
  }

  @Test
  void whatHasNoPlaceIsLeftOut() {
    Axis axis = Axis.logarithmic().include(-1, 0, Double.NaN, Double.POSITIVE_INFINITY, 1, 10);
    axis.includeWithin(10, 50, 1000).place(0, 1, 0);
    assertEquals(1, axis.low());
    assertEquals(50, axis.high());
    assertFalse(axis.shows(0));
  }

  @Test
  void nothingAndASingleValueHaveRoomToo() {
    for (Axis axis : List.of(Axis.linear(), Axis.logarithmic(), Axis.of(3), Axis.of(0))) {
      axis.place(0, 100, 0.05);
      assertTrue(axis.low() < axis.high());
      assertTrue(Double.isFinite(axis.at(1)));
    }
  }

  private static double round(double value) {
    return Math.rint(value * 1e9) / 1e9;
  }
}
