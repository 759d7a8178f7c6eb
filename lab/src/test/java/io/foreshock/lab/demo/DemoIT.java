// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole product in one run: real trainers, a real monitor, in processes of their own. */
class DemoIT {
  private static final int STEPS = 240;

  private final Path home = Path.of("..").toAbsolutePath().normalize();

  @TempDir private Path data;

  @Test
  void foreseesARealDivergenceAndSavesTheRun() throws Exception {
    assumeTrue(
        Files.isDirectory(home.resolve("trainer/target/lib"))
            && Files.isDirectory(home.resolve("monitor/target/lib")),
        "trainer or monitor is not packaged: run mvn verify on the whole reactor");
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    DemoOutcome outcome;
    try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      outcome = new Demo(new DemoOptions(home, data, 0, STEPS, 1), out).run();
    }
    String text = printed.toString(StandardCharsets.UTF_8);

    assertEquals(List.of(), outcome.shortcomings(), text);
    assertFalse(outcome.watched().actions().isEmpty(), "somebody acted");
    assertTrue(outcome.unwatched().actions().isEmpty(), "nobody acted on the unwatched run");
    assertTrue(text.contains("CRITICAL Maximum attention logit"), text);
    assertTrue(text.contains("Dashboard: http://127.0.0.1:"), text);
  }
}
