// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.foreshock.monitor.ingest.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "name = 'a'|true",
        "name = \"a\"|true",
        "attributes.run_name != 'a'|false",
        "tags.team = 'x' AND name = 'a'|true",
        "tags.`team` = 'x'|true",
        "tags.team = 'y' and name = 'a'|false",
        "tags.absent = 'x'|false"
      })
  void comparesNamesAndTags(String text, boolean expected) {
    Map<String, String> tags = Map.of("team", "x");
    assertEquals(
        expected, Filter.of(text).matches((kind, key) -> Filter.value("a", tags, kind, key)), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"metrics.loss > 1", "name LIKE 'a%'", "name = 'a' OR name = 'b'", "x"})
  void refusesWhatItWouldOtherwiseIgnore(String text) {
    assertThrows(
        Refusal.class,
        () -> Filter.of(text).matches((kind, key) -> Filter.value("a", Map.of(), kind, key)));
  }

  @Test
  void noFilterMatchesEverything() {
    assertEquals(true, Filter.of("").matches((kind, key) -> null));
  }
}
