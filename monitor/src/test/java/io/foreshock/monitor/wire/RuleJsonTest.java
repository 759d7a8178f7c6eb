// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.rule.Condition;
import io.foreshock.predictors.rule.Span;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleJsonTest {
  @Test
  void aRuleNeedsANameASignalAndACondition() {
    Rule rule = read("{\"name\":\"hot\",\"signal\":\"temperature\",\"above\":85}");
    assertEquals(
        new Rule(
            "hot",
            "temperature",
            null,
            null,
            new Condition.Above(85),
            Span.ONE_STEP,
            Severity.WARNING,
            "*",
            List.of(),
            ""),
        rule);
  }

  @Test
  void everythingElseIsReadToo() {
    Rule rule =
        read(
            "{\"name\":\"a-b.c_1\",\"signal\":\"x\",\"measurement\":\"gpu\",\"layer\":3,\"changes_by\":"
                + "\"20 %\",\"for\":\"5 minutes\",\"severity\":\"critical\",\"runs\":\"prod-*\","
                + "\"tags\":[\"hero\"],\"message\":\"Look.\"}");
    assertEquals(
        new Rule(
            "a-b.c_1",
            "x",
            "gpu",
            "3",
            new Condition.ChangesBy(0.2, true),
            Span.parse("5 minutes"),
            Severity.CRITICAL,
            "prod-*",
            List.of("hero"),
            "Look."),
        rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"above\":-1e3",
        "\"below\":0.5",
        "\"outside\":6,\"for\":\"20 steps\"",
        "\"changes_by\":\"0.25%\"",
        "\"changes_by\":2,\"measurement\":\"gpu\",\"layer\":\"0\",\"tags\":[\"a\",\"b\"]"
      })
  void whatIsWrittenIsReadAgain(String condition) {
    Rule rule = read("{\"name\":\"n\",\"signal\":\"x\"," + condition + "}");
    assertEquals(rule, RuleJson.read(RuleJson.of(rule), NameTable.shipped()));
  }

  @ParameterizedTest
  @CsvSource({"train/loss, loss", "lr, learning_rate", "my_metric, my_metric"})
  void theNameOfAnotherToolBecomesThatOfTheContract(String signal, String stored) {
    assertEquals(
        stored, read("{\"name\":\"n\",\"signal\":\"" + signal + "\",\"above\":1}").signal());
  }

  @Test
  void aFieldOfAnotherMeasurementKeepsItsName() {
    assertEquals(
        "lr",
        read("{\"name\":\"n\",\"signal\":\"lr\",\"measurement\":\"gpu\",\"above\":1}").signal());
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    String message =
        refused(
            "{\"name\":\"a b\",\"above\":\"high\",\"for\":\"a while\",\"severity\":\"bad\","
                + "\"tags\":7,\"threshold\":3}");
    for (String part :
        List.of(
            "threshold: unknown key, expected one of name, signal, ",
            "above = \"high\": expected a number",
            "for = 'a while': expected a text such as 20 steps",
            "severity = 'bad': expected info, warning or critical",
            "tags = 7: expected a list of texts",
            "name = 'a b': expected letters, digits")) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void exactlyOneConditionIsExpected() {
    String head = "{\"name\":\"n\",\"signal\":\"x\"";
    assertEquals(
        "the condition is missing: expected one of above, below, outside, changes_by",
        refused(head + "}"));
    assertEquals(
        "above, below: expected one of above, below, outside, changes_by",
        refused(head + ",\"above\":1,\"below\":2}"));
    assertEquals("outside = -1.0: expected a number above 0", refused(head + ",\"outside\":-1}"));
  }

  @Test
  void aListOrAnObjectWithOneIsReadAndABadRuleIsNamed() {
    String rule = "{\"name\":\"n\",\"signal\":\"x\",\"above\":1}";
    assertEquals(1, readAll("[" + rule + "]").size());
    assertEquals(1, readAll("{\"rules\":[" + rule + "]}").size());
    assertEquals("rules: two are named 'n'", refusedAll("[" + rule + "," + rule + "]"));
    assertTrue(refusedAll("[" + rule + ",{}]").startsWith("rules[1]: "));
    assertTrue(refusedAll("{}").startsWith("expected a list of rules"));
  }

  private static Rule read(String json) {
    return RuleJson.read(Json.tree(json), NameTable.shipped());
  }

  private static List<Rule> readAll(String json) {
    return RuleJson.readAll(Json.tree(json), NameTable.shipped());
  }

  private static String refused(String json) {
    return assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
  }

  private static String refusedAll(String json) {
    return assertThrows(IllegalArgumentException.class, () -> readAll(json)).getMessage();
  }
}
