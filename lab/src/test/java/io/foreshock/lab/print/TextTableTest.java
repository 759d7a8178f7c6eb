// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.foreshock.predictors.stats.Share;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void textsStandAtTheLeft() {
    assertEquals(
        """
        | rule | early |
        |------|-------|
        | B1   | 12    |
        """,
        TextTable.ofTexts("rule", "early").row("B1", "12").toString());
  }

  @Test
  void numbersStandAtTheRight() {
    assertEquals(
        """
        |     |  value |
        |----:|-------:|
        |   E | 1.6934 |
        """,
        TextTable.ofNumbers("", "value").row("E", "1.6934").toString());
  }

  @Test
  void aBarInACellDoesNotEndIt() {
    assertEquals(
        """
        | name |
        |------|
        | a\\|b |
        """,
        TextTable.ofTexts("name").row("a|b").toString());
  }

  @Test
  void aShareHasItsInterval() {
    assertEquals("3/4 [30–95 %]", Shares.text(new Share(3, 4)));
    assertEquals("–", Shares.text(new Share(0, 0)));
    assertEquals("[0–100 %]", Shares.interval(new Share(0, 0)));
  }
}
