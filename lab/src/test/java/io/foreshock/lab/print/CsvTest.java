// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.print;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void onlyWhatNeedsQuotesHasThem() {
    assertEquals(
        "run,a b,(c) #1,\"d,e\",\"say \"\"f\"\"\",\"two\nlines\",,nan,-1.0E-4",
        Csv.row(
            List.of(
                "run", "a b", "(c) #1", "d,e", "say \"f\"", "two\nlines", "", "nan", "-1.0E-4")));
  }

  @Test
  void aLongTextIsNoReasonToQuote() {
    String text = "no comma in these many words, ".replace(",", "").repeat(9) + "end";
    assertEquals(text, Csv.row(List.of(text)));
  }

  @Test
  void everyRowEndsWithALineFeed() {
    assertEquals("a,b\n1,2\n", Csv.of(List.of(List.of("a", "b"), List.of("1", "2"))));
    assertEquals("", Csv.of(List.of()));
  }

  @Test
  void emptyFieldsAtTheEndStay() {
    assertEquals("a,,", Csv.row(List.of("a", "", "")));
  }
}
