// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.Foreshock;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * The committed part of the corpus, scored as a user would: guards what was reached. The forecast
 * was fitted to these very runs; how good it is on others stands in benchmarks/RESULTS.md.
 */
class CorpusScoreTest {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");

  @ParameterizedTest
  @ValueSource(strings = {"train", "validation"})
  void warnsOfUnstableRunsAndLeavesHealthyOnesAlone(String split) throws IOException {
    JsonNode score = score(split).at("/rows/0");

    assertEquals(0, score.at("/false_alarms").asInt(-1), score.toString());
    assertEquals(0, score.at("/early_alarms").asInt(-1), "critical within the first 20 steps");
    assertTrue(score.at("/predictable/value").asDouble() >= 0.9, score.toString());
    if (score.at("/sudden/total").asInt() > 0) {
      assertEquals(1, score.at("/sudden/value").asDouble(), score.toString());
    }
  }

  @Test
  void forecastIsFarBetterThanTheBaseRate() throws IOException {
    JsonNode reliability = score("train").at("/reliability");
    double baseRate = reliability.at("/base_rate").asDouble();
    assertTrue(
        reliability.at("/brier").asDouble() < 0.5 * baseRate * (1 - baseRate),
        reliability.toString());
  }

  private static JsonNode score(String split) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("replay", "--score", "--format", "json"));
    arguments.addAll(List.of("--labels", CORPUS.resolve("labels-" + split + ".json").toString()));
    try (Stream<Path> runs = Files.list(CORPUS.resolve("runs"))) {
      runs.sorted().map(Path::toString).forEach(arguments::add);
    }
    StringWriter out = new StringWriter();
    CommandLine command = Foreshock.commandLine().setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(new StringWriter()));
    assertEquals(0, command.execute(arguments.toArray(String[]::new)));
    return Json.MAPPER.readTree(out.toString());
  }
}
