// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.foreshock.lab.recording.Formats;
import io.foreshock.lab.recording.format.Head;
import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.LogFormatContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLogTest extends LogFormatContract {
  @Override
  protected LogFormat format() {
    return Formats.named("jsonl");
  }

  @Override
  protected byte[] log(double... losses) {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < losses.length; i++) {
      log.append("{\"step\": %d, \"loss\": %s}\n".formatted(i + 1, losses[i]));
    }
    return bytes(log.toString());
  }

  @Override
  protected String fileName() {
    return "train_log.jsonl";
  }

  @Test
  void swiftWritesTheStepWithItsTotal() {
    assertEquals(
        List.of(
            "train_step loss=2.5,global_step=10.0",
            "run_config total_steps=500.0",
            "train_step loss=2.25,global_step=20.0"),
        records(
            """
            {"loss": 2.5, "global_step/max_steps": "10/500"}
            {"loss": 2.25, "global_step/max_steps": "20/500"}
            """));
  }

  @Test
  void objectsMayShareALineSpanLinesOrStandInAList() {
    List<String> expected =
        List.of("train_step step=1.0,loss=2.5", "train_step step=2.0,loss=2.25");
    assertEquals(expected, records("{\"step\":1,\"loss\":2.5} {\"step\":2,\"loss\":2.25}"));
    assertEquals(
        expected,
        records("\uFEFF{\n \"step\": 1,\n \"loss\": 2.5\n}\n{\n \"step\": 2,\n \"loss\": 2.25}\n"));
    assertEquals(
        expected, records("[\n {\"step\":1,\"loss\":2.5},\n {\"step\":2,\"loss\":2.25}\n]\n"));
  }

  @Test
  void nestedNamesAreJoinedAndAnEnvelopeGivesNone() {
    assertEquals(
        List.of("train_step step=1.0,train/loss=2.5,train/a/b=1.0"),
        records("{\"step\": 1, \"train\": {\"loss\": 2.5, \"a\": {\"b\": 1}}}"));
    assertEquals(
        List.of("train_step step=1.0,loss=2.5"),
        records("{\"step\": 1, \"data\": {\"loss\": 2.5, \"step\": 7}}"));
  }

  @Test
  void listsAndTruthValuesAreLeftOutButAListOfOneNumberIsANumber() {
    assertEquals(
        List.of("train_step step=1.0,loss=2.5"),
        records(
            "{\"step\": 1, \"loss\": [2.5], \"x\": [1, 2], \"y\": [[1]], \"z\": [], \"t\": true}"));
  }

  @Test
  void textsThatAreNumbersAreNumbers() {
    assertEquals(
        List.of("train_step num_updates=100.0,loss=NaN,lr=1.0E-5,note=\"a\""),
        records(
            "{\"num_updates\": \"100\", \"loss\": \"nan\", \"lr\": \"1e-05\", \"note\": \"a\"}"));
  }

  @Test
  void wordsThatJsonDoesNotHaveAreReadAsMeant() {
    assertEquals(
        List.of("train_step step=1.0,loss=NaN,a=-Infinity,b=Infinity,c=0.5"),
        records(
            "{\"step\": 1, \"loss\": nan, \"a\": -inf, \"b\": 1.#INF, \"c\": .5, \"d\": None,}"));
  }

  @Test
  void aMissingLossIsNaNOnlyWhereNothingElseIsMissing() {
    assertEquals(
        List.of("NaN"),
        losses(bytes("{\"step\":1,\"loss\":2.5,\"lr\":1}\n{\"step\":2,\"loss\":null,\"lr\":1}\n"))
            .subList(1, 2));
    assertEquals(
        List.of("2.5"),
        losses(
            bytes(
                """
                {"step":1,"loss":2.5,"lr":1,"eval_loss":null}
                {"step":1,"loss":null,"lr":null,"eval_loss":2.25}
                {"step":1,"loss":null,"lr":1,"eval_loss":2.25}
                """)));
    assertEquals(List.of(), losses(bytes("{\"step\":1,\"loss\":null}\n")));
  }

  @Test
  void plannedStepsAreAnnouncedOnceAndACounterIsNot() {
    assertEquals(
        List.of(
            "train_step current_steps=1.0,total_steps=10.0,loss=2.5",
            "run_config total_steps=10.0",
            "train_step current_steps=2.0,total_steps=10.0,loss=2.25",
            "train_step current_steps=3.0,total_steps=10.0,loss=2.0"),
        records(
            """
            {"current_steps": 1, "total_steps": 10, "loss": 2.5}
            {"current_steps": 2, "total_steps": 10, "loss": 2.25}
            {"current_steps": 3, "total_steps": 10, "loss": 2.0}
            """));
    assertEquals(
        List.of(
            "train_step iteration=1.0,total_steps=100.0,loss=2.5",
            "train_step iteration=2.0,total_steps=200.0,loss=2.25"),
        records(
            """
            {"iteration": 1, "total_steps": 100, "loss": 2.5}
            {"iteration": 2, "total_steps": 200, "loss": 2.25}
            """));
  }

  @Test
  void trackiosRecordsNameTheirRunAndItsSettings() {
    assertEquals(
        List.of(
            "run_config,run=a learning_rate=0.001,total_steps=100.0 1748779200000000000",
            "train_step,run=a project=\"p\",loss=2.5,grad_norm=Infinity,step=1.0 1748779200000000000"),
        records(
            """
            {"project": "p", "run": "a", "metrics": {"loss": 2.5, "grad_norm": "Infinity"}, "step": 1,
             "timestamp": "2025-06-01T12:00:00+00:00",
             "config": {"learning_rate": 0.001, "max_steps": 100}}
            """));
  }

  @Test
  void reinforcementLearningIsAnnounced() {
    assertEquals(
        List.of("run_config objective=\"policy\"", "train_step step=1.0,actor/pg_loss=-0.1"),
        records("{\"step\": 1, \"data\": {\"actor/pg_loss\": -0.1}}\n"));
  }

  @Test
  void whatStandsBeforeAnObjectIsLeftOutButItsTime() {
    assertEquals(
        List.of("train_step loss=2.5 1672574401000000000"),
        records("2023-01-01 12:00:00 INFO begins\n2023-01-01 12:00:01 | INFO | {\"loss\": 2.5}\n"));
  }

  @Test
  void evaluationsGetTheirName() {
    assertEquals(
        List.of("train_step epoch=1.0,iter=20.0,val/loss=0.5"),
        records("{\"mode\": \"val\", \"epoch\": 1, \"iter\": 20, \"loss\": 0.5}"));
  }

  @Test
  void theSummaryOfARunIsItsEnd() {
    assertEquals(
        List.of(
            "train_step step=30.0,train_loss=2.5,train_runtime=9.5",
            "event kind=\"end\",status=\"finished\",step=30.0"),
        records("{\"step\": 30, \"train_loss\": 2.5, \"train_runtime\": 9.5}\n"));
  }

  @Test
  void anObjectThatIsCutOffCostsNoOther() {
    byte[] log =
        bytes(
            """
            {"step": 1, "loss": 2.5}
            {"step": 2, "lo
            {"step": 3, "loss": 2.
            {"step": 4, "loss": 2.25}
            here
            {"step": 5, "loss": x y}
            {"step": 6, "loss": 2.0}
            {"step": 7, "lo""");
    assertEquals(List.of("2.5", "2.25", "2.0"), losses(log));
    assertEquals(
        List.of(
            "2: the object is not complete",
            "3: the object is not complete",
            "5: expected a JSON object",
            "6: no JSON: Unrecognized token 'x'",
            "8: the object is not complete"),
        problems(log).stream().map(p -> p.replaceFirst(": was expecting.*", "")).toList());
  }

  @Test
  void anObjectThatIsTooLongIsSkipped() {
    String text = "x".repeat(JsonReader.LONGEST_BYTES);
    byte[] log = bytes("{\"step\":1,\"loss\":2,\"x\":\"" + text + "\n{\"step\":2,\"loss\":2.5}\n");
    assertEquals(List.of("2.5"), losses(log));
    assertEquals(1, problems(log).size());
  }

  @Test
  void whatIsNoLogOfTrainingIsNotRecognized() {
    assertNull(Formats.of(new Head("data.jsonl", bytes("{\"prompt\": \"a\", \"id\": 1}\n"))));
    assertNull(Formats.of(new Head("out.log", bytes("start\n:::MLLOG {\"key\": \"x\"}\n"))));
    assertSame(
        format(),
        Formats.of(new Head("out.log", bytes("start\nINFO {\"loss\": 1}\nI {\"loss\": 1}\n"))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
