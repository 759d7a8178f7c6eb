// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.control.Instruction;
import io.foreshock.trainer.checkpoint.TrainState;
import io.foreshock.trainer.checkpoint.TrainState.Adjustment;
import io.foreshock.trainer.checkpoint.TrainState.BatchRange;
import java.util.Map;
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

  private static Instruction read(CommandName name, String arguments) {
    try {
      Map<String, Object> values =
          JSON.readValue(arguments.replace('\'', '"'), new TypeReference<>() {});
      return Instruction.checked(name, values, CommandArguments.limits(STATE));
    } catch (JsonProcessingException e) {
      throw new AssertionError(arguments, e);
    }
  }

  private static BatchRange skipped(String arguments, TrainState state) {
    return CommandArguments.skipped(
        (Instruction.Rollback) read(CommandName.ROLLBACK, arguments), state);
  }

  private static Adjustment adjustment(String arguments) {
    return CommandArguments.adjustment(
        (Instruction.Adjust) read(CommandName.ADJUST, arguments), STATE);
  }

  private static String refusal(Runnable reading) {
    return assertThrows(IllegalArgumentException.class, reading::run).getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
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
    String message = refusal(() -> read(CommandName.ROLLBACK, arguments));
    assertTrue(
        message.matches("(?s)rollback: to_step = .*: expected a step, from 0 to 100"), message);
  }

  @Test
  void rollbackToNowhereIsRefused() {
    assertEquals(
        "rollback: to_step is missing: expected the step to go back to",
        refusal(() -> read(CommandName.ROLLBACK, "{}")));
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
    String arguments = "{'to_step':1,'skip_batches':" + skip + "}";
    String message = refusal(() -> read(CommandName.ROLLBACK, arguments));
    assertTrue(message.startsWith("rollback: skip_batches = "), message);
    assertTrue(message.contains(" to 1000100"), message);
  }

  @Test
  void skippedBatchesNearTheNextOneAreTaken() {
    String far = "{'to_step':1,'skip_batches':{'from':1000100,'count':1000000}}";

    assertEquals(new BatchRange(0, 0), skipped("{'to_step':1}", STATE));
    assertEquals(new BatchRange(1000100, 1000000), skipped(far, STATE));
  }

  @Test
  void skippedRangesHaveALimit() {
    TrainState state = STATE;
    for (int i = 0; i < 1000; i++) {
      state = state.rolledBackFrom(state, new BatchRange(i, 1));
    }
    TrainState full = state;
    String one = "{'to_step':1,'skip_batches':{'from':1,'count':1}}";

    assertTrue(refusal(() -> skipped(one, full)).contains("limit"));
    assertEquals(new BatchRange(1, 0), skipped(one.replace("'count':1", "'count':0"), full));
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
    String message = refusal(() -> read(CommandName.ADJUST, arguments));
    assertTrue(message.matches("(?s)adjust: .*(expected|needs).*"), message);
  }

  @Test
  void adjustmentWithinItsBoundsIsTaken() {
    String both = "{'learning_rate_scale':10,'gradient_clip':0,'for_steps':7}";

    assertEquals(new Adjustment(10, 0.0, 107), adjustment(both));
    assertEquals(
        new Adjustment(1e-9, null, Long.MAX_VALUE), adjustment("{'learning_rate_scale':1e-9}"));
    assertEquals(new Adjustment(1, 2.5, Long.MAX_VALUE), adjustment("{'gradient_clip':2.5}"));
  }

  @Test
  void refusalQuotesTheBeginningOfALongValueOnly() {
    String arguments = "{'to_step':'" + "x".repeat(1_000_000) + "'}";

    assertTrue(refusal(() -> read(CommandName.ROLLBACK, arguments)).length() < 500);
  }
}
