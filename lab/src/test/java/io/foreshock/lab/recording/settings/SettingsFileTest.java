// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {
  @TempDir private Path directory;

  @Test
  void filesBesideTheLogAndAboveItAreRead() throws IOException {
    Path log = Files.createDirectories(directory.resolve("version_0")).resolve("metrics.csv");
    Files.writeString(log.resolveSibling("hparams.yaml"), "lr: 1e-3\nmodel:\n  n_layer: 6\n");
    Files.writeString(
        directory.resolve("config.yaml"),
        "_wandb:\n  value: {}\nlr:\n  desc: null\n  value: 0.5\nmax_steps:\n  value: 100\n");
    assertEquals(
        Map.of("learning_rate", 1e-3, "layers", 6L, "total_steps", 100L),
        SettingsFile.beside(log, above -> above.endsWith("version_0"), problem -> {}).fields());
    assertFalse(
        SettingsFile.beside(log, above -> false, problem -> {})
            .fields()
            .containsKey("total_steps"));
  }

  @Test
  void aFileThatCannotBeReadIsReported() throws IOException {
    Files.writeString(directory.resolve("args.json"), "{\"lr\": ");
    Files.writeString(directory.resolve("config.json"), "{\"lr\": 0.5}");
    List<String> problems = new ArrayList<>();
    assertEquals(
        Map.of("learning_rate", 0.5),
        SettingsFile.beside(directory.resolve("log.csv"), above -> false, problems::add).fields());
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).contains("args.json: cannot be read as settings"));
  }
}
