// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandArgumentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TrainState STATE = at(100);

  private static TrainState at(long step) {
    TrainState state = TrainState.START;
    while (state.step() < step) {
      state = state.stepped();
    }
    return state;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String refusal(Runnable reading) {
    return assertThrows(IllegalArgumentException.class, reading::run).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'to_step':null}",
        "{'to_step':'7'}",
        "{'to_step':7.5}",
        "{'to_step':[7]}",
        "{'to_step':{'to_step':7}}",
        "{'to_step':-1}",
        "{'to_step':101}",
        "{'to_step':9223372036854775808}",
        "{'to_step':1e999}",
        "{'to_step':true}"
      })
  void rollbackElsewhereThanBackIsRefused(String arguments) {
    String message = refusal(() -> CommandArguments.toStep(json(arguments), STATE));
    assertTrue(message.matches("(?s)to_step = .*: expected an integer from 0 to 100"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "[]",
        "{}",
        "{'from':1}",
        "{'count':1}",
        "{'from':'1','count':1}",
        "{'from':-1,'count':1}",
        "{'from':1,'count':-1}",
        "{'from':1,'count':9223372036854775807}",
        "{'from':9223372036854775807,'count':1}",
        "{'from':1000101,'count':1}",
        "{'from':1,'count':1000001}",
        "{'from':1,'count':1e999}",
        "{'from':1,'count':null}"
      })
  void skippedBatchesThatAreNonsenseAreRefused(String skip) {
    JsonNode arguments = json("{'skip_batches':" + skip + "}");
    String message = refusal(() -> CommandArguments.skipped(arguments, STATE));
    assertTrue(message.startsWith("skip_batches."), message);
  }

  @Test
  void skippedBatchesNearTheNextOneAreTaken() {
    JsonNode far = json("{'skip_batches':{'from':1000100,'count':1000000}}");

    assertEquals(new BatchRange(0, 0), CommandArguments.skipped(json("{}"), STATE));
    assertEquals(new BatchRange(1000100, 1000000), CommandArguments.skipped(far, STATE));
  }

  @Test
  void skippedRangesHaveALimit() {
    TrainState state = STATE;
    for (int i = 0; i < 1000; i++) {
      state = state.rolledBackFrom(state, new BatchRange(i, 1));
    }
    TrainState full = state;
    JsonNode one = json("{'skip_batches':{'from':1,'count':1}}");

    assertTrue(refusal(() -> CommandArguments.skipped(one, full)).contains("limit"));
    assertEquals(
        new BatchRange(1, 0),
        CommandArguments.skipped(json("{'skip_batches':{'from':1,'count':0}}"), full));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'for_steps':5}",
        "{'learning_rate_scale':null}",
        "{'learning_rate_scale':'0.5'}",
        "{'learning_rate_scale':[0.5]}",
        "{'learning_rate_scale':0}",
        "{'learning_rate_scale':-1}",
        "{'learning_rate_scale':10.1}",
        "{'learning_rate_scale':1e300}",
        "{'learning_rate_scale':1e999}",
        "{'learning_rate_scale':'NaN'}",
        "{'gradient_clip':-1}",
        "{'gradient_clip':1e300}",
        "{'gradient_clip':1e999}",
        "{'gradient_clip':'1'}",
        "{'gradient_clip':true}",
        "{'gradient_clip':1,'for_steps':0}",
        "{'gradient_clip':1,'for_steps':-1}",
        "{'gradient_clip':1,'for_steps':1.5}",
        "{'gradient_clip':1,'for_steps':'5'}",
        "{'gradient_clip':1,'for_steps':1000000001}",
        "{'gradient_clip':1,'for_steps':9223372036854775807}"
      })
  void adjustmentBeyondItsBoundsIsRefused(String arguments) {
    String message = refusal(() -> CommandArguments.adjustment(json(arguments), STATE));
    assertTrue(message.contains("expected"), message);
  }

  @Test
  void adjustmentWithinItsBoundsIsTaken() {
    JsonNode both = json("{'learning_rate_scale':10,'gradient_clip':0,'for_steps':7}");
    JsonNode scale = json("{'learning_rate_scale':1e-6,'gradient_clip':null}");

    assertEquals(new Adjustment(10, 0.0, 107), CommandArguments.adjustment(both, STATE));
    assertEquals(
        new Adjustment(1e-6, null, Long.MAX_VALUE), CommandArguments.adjustment(scale, STATE));
  }

  @Test
  void refusalQuotesTheBeginningOfALongValueOnly() {
    JsonNode arguments = json("{'to_step':'" + "x".repeat(1_000_000) + "'}");

    assertTrue(refusal(() -> CommandArguments.toStep(arguments, STATE)).length() < 500);
  }
}
