// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {

  @Test
  void europarlHoldsMoreThanAMegabyteOfEnglishOnly() {
    String text = new String(Corpus.europarl().bytes(), StandardCharsets.UTF_8);
    String[] lines = text.split("\n");

    assertTrue(text.length() > 1_200_000 && text.length() < 1_400_000, "length " + text.length());
    assertTrue(lines.length > 1_200, "lines " + lines.length);
    for (String foreign : new String[] {" und ", " della ", " och ", " ir ", " που "}) {
      long count = text.lines().filter(line -> line.contains(foreign)).count();
      assertTrue(count < lines.length / 100, foreign + "in " + count + " lines");
    }
  }

  @Test
  void englishPassageIsTakenForEnglish() {
    assertTrue(
        English.is("in committee the proposal of the Commission was welcomed by all of us there"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "der Vorschlag der Kommission wurde im Ausschuss von uns allen sehr begrüßt",
        "la proposition de la Commission a été accueillie par nous tous en commission",
        "is gesloten.",
        ""
      })
  void otherPassagesAreNot(String passage) {
    assertFalse(English.is(passage));
  }

  @Test
  void identityTellsTextsOfEqualLengthApart() {
    Corpus one = new Corpus("one", new byte[] {1, 2});
    Corpus two = new Corpus("two", new byte[] {2, 1});

    assertFalse(one.identity().equals(two.identity()));
    assertEquals(one.identity(), new Corpus("same", new byte[] {1, 2}).identity());
  }
}
