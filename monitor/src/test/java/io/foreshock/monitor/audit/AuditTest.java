// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.monitor.DataFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  @TempDir Path directory;

  @Test
  void theNewestComesFirstAlsoAfterARestart() throws IOException {
    audit().add(new Audit.Act("r", "ann", Audit.What.COMMAND, "pause"));
    audit().add(new Audit.Act(null, null, Audit.What.RULES, "added <b>\n\"hot\""));
    List<JsonNode> acts = audit().newest(act -> true, 10);
    assertEquals(2, acts.size());
    assertEquals("rules", acts.get(0).path("what").asText());
    assertEquals("added <b>\n\"hot\"", acts.get(0).path("detail").asText());
    assertTrue(acts.get(0).path("run").isNull() && acts.get(0).path("by").isNull());
    assertEquals("ann", acts.get(1).path("by").asText());
    assertEquals(1, audit().newest(act -> true, 1).size());
    assertEquals(1, audit().newest(act -> act.path("run").asText().equals("r"), 10).size());
  }

  @Test
  void isBoundedHoweverMuchIsDone() throws IOException {
    Path file = directory.resolve("audit.jsonl");
    Files.writeString(file, "x".repeat(5 << 20));
    audit().add(new Audit.Act("r", null, Audit.What.EVENT, "y".repeat(100_000)));
    assertTrue(Files.size(file) < 1000, "a new file, and a long text is cut");
    Files.writeString(file, "\n" + "x".repeat(5 << 20), StandardOpenOption.APPEND);
    audit().add(new Audit.Act("r", null, Audit.What.EVENT, "newest"));
    assertEquals(2, DataFiles.list(directory).size());
    List<JsonNode> acts = audit().newest(act -> true, 10);
    assertEquals("newest", acts.get(0).path("detail").asText());
    assertTrue(acts.get(1).path("detail").asText().startsWith("yyy"));
  }

  @Test
  void aLineThatACrashCutHidesNoOther() throws IOException {
    audit().add(new Audit.Act("r", null, Audit.What.EVENT, "before"));
    Path file = directory.resolve("audit.jsonl");
    Files.writeString(file, "\n{\"time\":\"2026-01-3", StandardOpenOption.APPEND);
    audit().add(new Audit.Act("r", null, Audit.What.EVENT, "after"));
    List<String> details =
        audit().newest(act -> true, 10).stream().map(a -> a.path("detail").asText()).toList();
    assertEquals(List.of("after", "before"), details);
  }

  @Test
  void aFileThatCannotBeWrittenIsReportedUntilItCan() throws IOException {
    Path file = directory.resolve("audit.jsonl");
    Files.createDirectory(file);
    Audit audit = audit();
    audit.add(new Audit.Act("r", null, Audit.What.EVENT, "lost"));
    assertTrue(audit.trouble().orElse("").contains("audit.jsonl cannot be written"));
    Files.delete(file);
    audit.add(new Audit.Act("r", null, Audit.What.EVENT, "kept"));
    assertTrue(audit.trouble().isEmpty());
  }

  private Audit audit() {
    return new Audit(directory, Clock.systemUTC());
  }
}
