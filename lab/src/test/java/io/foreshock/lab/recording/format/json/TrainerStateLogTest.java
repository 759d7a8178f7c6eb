// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerStateLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("hf-state");
  }

  @Override
  protected byte[] log(double... losses) {
    StringBuilder log = new StringBuilder("{\n  \"global_step\": 9,\n  \"log_history\": [");
    for (int i = 0; i < losses.length; i++) {
      log.append(i == 0 ? "\n" : ",\n");
      log.append("    {\"epoch\": 0.5, \"loss\": %s, \"step\": %d}".formatted(losses[i], i + 1));
    }
    return bytes(log + "\n  ],\n  \"max_steps\": -1\n}\n");
  }

  @Override
  protected String fileName() {
    return "trainer_state.json";
  }

  @Test
  void theStateSaysHowOftenTheLossIsRecordedAndWhenTheRunEnds() {
    assertEquals(
        List.of(
            "run_config total_steps=20.0,loss_steps=10.0",
            "train_step loss=2.5,step=10.0",
            "train_step eval_loss=2.25,step=10.0",
            "train_step loss=NaN,grad_norm=Infinity,step=20.0",
            "train_step step=20.0,train_loss=2.5,train_runtime=9.0",
            "event kind=\"end\",status=\"finished\",step=20.0"),
        records(
            """
            {"best_metric": null, "global_step": 20, "log_history": [
              {"loss": 2.5, "step": 10},
              {"eval_loss": 2.25, "step": 10},
              {"loss": NaN, "grad_norm": Infinity, "step": 20},
              {"step": 20, "train_loss": 2.5, "train_runtime": 9}
             ], "logging_steps": 10, "max_steps": 20, "stateful_callbacks": {"a": {"b": [1]}}}
            """));
  }

  @Test
  void linesOfObjectsThatEndWithTheHistoryAreNoState() {
    String lines =
        "{\"loss\": 2.5, \"epoch\": 0.5}\n{\"end\": 1, \"log_history\": [{\"loss\": 2.5}]}\n";
    assertNotSame(format(), Formats.of(new Head("logging.jsonl", bytes(lines))));
  }

  @Test
  void withoutLoggingStepsTheDistanceOfTheLossesCounts() {
    assertEquals("run_config loss_steps=5.0", first("", 1, 5, 10, 15, 20));
    assertEquals("train_step loss=2.0,step=1.0", first("", 1, 2, 3));
    assertEquals("run_config loss_steps=5.0", first(", \"logging_steps\": 500", 5, 10, 15));
    assertEquals("run_config loss_steps=5.0", first(", \"logging_steps\": 5", 50, 100, 150));
    assertEquals(
        "run_config total_steps=100.0,loss_steps=5.0",
        first(", \"logging_steps\": 0.05, \"max_steps\": 100", 5, 10, 15));
  }

  private String first(String more, int... steps) {
    StringBuilder log = new StringBuilder();
    for (int step : steps) {
      log.append(log.isEmpty() ? "" : ",").append("{\"loss\": 2, \"step\": " + step + "}");
    }
    return records("{\"log_history\": [" + log + "]" + more + "}").get(0);
  }

  @Test
  void aListOfRecordsAloneIsRead() {
    String list =
        "[{\"epoch\": 1, \"loss\": 2.5, \"step\": 1}, {\"epoch\": 2, \"eval_loss\": 2, \"step\": 1}]";
    assertSame(format(), Formats.of(new Head("log_history.json", bytes(list))));
    assertEquals(
        List.of(
            "train_step epoch=1.0,loss=2.5,step=1.0",
            "train_step epoch=2.0,eval_loss=2.0,step=1.0"),
        records(list));
  }

  @Test
  void ofAStateThatIsBeingWrittenNothingIsRead() {
    byte[] state = bytes("{\"log_history\": [{\"loss\": 2.5, \"step\": 1}, {\"loss\": 2.");
    assertEquals(List.of(), losses(state));
    assertEquals(1, problems(state).size());
    assertTrue(problems(state).get(0).contains("the document is not complete"));
  }

  @Test
  void withoutAHistoryItIsAnotherFormat() {
    byte[] other = bytes("{\"global_step\": 3, \"max_steps\": 3}");
    assertNull(Formats.of(new Head("trainer_state.json", other)));
    assertEquals(List.of("1: expected 'log_history', a list of records"), problems(other));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
