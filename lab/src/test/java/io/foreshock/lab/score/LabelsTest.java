// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.evaluation.RunClass;
import io.foreshock.predictors.evaluation.RunLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {
  private static final RunLabel FULL =
      new RunLabel(
          "a",
          RunClass.SUDDEN,
          OptionalLong.of(312),
          600,
          List.of(200L, 300L),
          Map.of("optimizer", "lion", "log_every", "10"));

  private static final String FIELDS =
      "'class':'sudden','onset':312,'steps':600,'struck':[300,200],"
          + "'family':{'optimizer':'lion','log_every':10}";

  @TempDir private Path folder;
  private Path file;

  @Test
  void listUnderRuns() throws IOException {
    assertEquals(Map.of("a", FULL), read("{'runs':[{'run':'a'," + FIELDS + "}],'made':'x'}"));
  }

  @Test
  void bareListAndOnsetStep() throws IOException {
    assertEquals(
        Map.of("a", FULL),
        read("[{'run':'a'," + FIELDS.replace("onset", "onset_step") + ",'note':'kept'}]"));
  }

  @Test
  void objectByRun() throws IOException {
    assertEquals(Map.of("a", FULL), read("{'a':{" + FIELDS + "}}"));
  }

  @Test
  void onlyRunAndClassAreRequired() throws IOException {
    RunLabel bare = new RunLabel("b", RunClass.HEALTHY, OptionalLong.empty(), 0);
    assertEquals(
        Map.of("b", bare), read("[{'run':'b','class':'healthy','onset':null,'steps':null}]"));
  }

  @Test
  void messagesNameFileRunAndField() {
    refused(
        "[{'run':'a','class':'fine'}]",
        "run 'a': class = \"fine\": expected healthy, predictable or sudden");
    refused("[{'run':'a'}]", "run 'a': class is missing: expected healthy, predictable or sudden");
    refused("[{'class':'healthy'}]", "run 1: run is missing: expected a name");
    refused(
        "[{'run':'a','class':'sudden','onset':9.5}]",
        "run 'a': onset = 9.5: expected a whole number");
    refused(
        "[{'run':'a','class':'sudden','onset':'9'}]",
        "run 'a': onset = \"9\": expected a whole number");
    refused(
        "{'runs':[{'run':'a','class':'predictable','onset':601,'steps':600}]}",
        "run a: onset = 601: expected 1 to 600, the run's steps");
    refused(
        "[{'run':'a','class':'healthy','onset':5}]", "run a: onset = 5: expected none, healthy");
    refused(
        "[{'run':'a','class':'healthy'},{'run':'a','class':'healthy'}]", "run 'a': labelled twice");
    refused(
        "[{'run':'a','class':'sudden','struck':7}]",
        "run 'a': struck = 7: expected an array of steps");
    refused(
        "[{'run':'a','class':'sudden','family':'lion'}]",
        "run 'a': family = \"lion\": expected an object");
    refused("{'a':'healthy'}", "run 'a': \"healthy\": expected an object with a class");
    refused("7", "expected an object or an array of labels");
  }

  @Test
  void whatIsNoJsonIsToldWithItsLine() {
    String message = message("[{'run':'a',\n'class' 'healthy'}]");
    assertTrue(message.startsWith(file + ": not JSON: line 2, "), message);
    assertTrue(message("{'a':{'class':'healthy'},'a':{'class':'healthy'}}").contains("Duplicate"));
    assertTrue(message("").startsWith(file + ": expected an object"));
  }

  private void refused(String json, String message) {
    assertEquals(file() + ": " + message, message(json));
  }

  private String message(String json) {
    return assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage();
  }

  private Path file() {
    return folder.resolve("labels.json");
  }

  private Map<String, RunLabel> read(String json) throws IOException {
    file = file();
    return Labels.read(Files.writeString(file, json.replace('\'', '"')));
  }
}
