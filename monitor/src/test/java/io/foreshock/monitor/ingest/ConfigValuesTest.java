// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigValuesTest {
  @Test
  void aFieldOfTheContractHasTheContractsType() {
    assertEquals(Map.of("layers", 12L), fields("layers", "12"));
    assertEquals(Map.of("layers", 12L), fields("layers", "12.0"));
    assertEquals(Map.of("learning_rate", 1.0), fields("learning_rate", "1"));
    assertEquals(Map.of("optimizer", "7"), fields("optimizer", "7"));
    assertEquals(Map.of("qk_layernorm", true), fields("qk_layernorm", "True"));
  }

  @Test
  void aTextWhereTheContractHasANumberIsKeptUnderAnotherName() {
    assertEquals(Map.of("text.learning_rate", "auto"), fields("learning_rate", "auto"));
    assertEquals(Map.of("text.layers", "[1, 2]"), fields("layers", "[1, 2]"));
    assertEquals(Map.of("text.layers", "1e400"), fields("layers", "1e400"));
  }

  @Test
  void anyOtherValueIsANumberATruthValueOrAText() {
    assertEquals(Map.of("seed", 42.0), fields("seed", "42"));
    assertEquals(Map.of("rate", -1.5e-4), fields("rate", "-1.5e-4"));
    assertEquals(Map.of("fp16", false), fields("fp16", "False"));
    assertEquals(Map.of("note", "1d"), fields("note", "1d"));
    assertEquals(Map.of("huge", "1e999"), fields("huge", "1e999"));
    assertEquals(1001, ((String) fields("long", "x".repeat(5000)).get("long")).length());
  }

  @Test
  void theNamesOfOtherProgramsMeanFieldsOfTheContract() {
    Map<String, Object> fields =
        ConfigValues.fields(
            Map.of(
                "max_steps", "4000", "optimizer.lr", "0.1", "logging_steps", "10", "bf16", "True"));
    assertEquals(4000L, fields.get("total_steps"));
    assertEquals(0.1, fields.get("learning_rate"));
    assertEquals(10L, fields.get("loss_steps"));
    assertEquals("bf16", fields.get("precision"));
    assertEquals(4000.0, fields.get("max_steps"), "and what the client sent is kept");
  }

  private static Map<String, Object> fields(String name, String value) {
    return ConfigValues.fields(Map.of(name, value));
  }
}
