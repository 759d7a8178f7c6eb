// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RunNamesTest {
  @Test
  void aNameThatIsTakenGetsTheNextNumber() {
    Set<String> taken = Set.of("run", "run-2", "long-name");
    assertEquals("run-3", RunNames.free("run", 9, taken::contains));
    assertEquals("new", RunNames.free("new", 9, taken::contains));
    assertEquals("long-na-2", RunNames.free("long-name", 9, taken::contains));
  }

  @Test
  void aNameIsChangedOnlyWhereItMustBe() {
    assertEquals("a b/c,d=e", RunNames.fitting("a b/c,d=e", 100));
    assertEquals("a_b", RunNames.fitting("a\nb", 100));
    assertEquals("a_", RunNames.fitting("a\\", 100));
    assertEquals("run", RunNames.fitting("..", 100));
    assertEquals("run", RunNames.fitting("  ", 100));
    assertEquals("ää", RunNames.fitting("äää", 5), "bytes, not characters");
    assertEquals("_", RunNames.fitting("\ud800", 5));
  }
}
