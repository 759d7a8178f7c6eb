// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.foreshock.predictors.control.Instruction.Adjust;
import io.foreshock.predictors.control.Instruction.Rollback;
import io.foreshock.predictors.control.Instruction.Skip;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstructionTest {
  private static final Limits AT_STEP_100 =
      new Limits(100, 1_000_100, 1_000_000_000, Double.MIN_VALUE);

  @Test
  void everyCommandIsReadAsItIsWritten() {
    for (Instruction instruction :
        List.of(
            new Instruction.Plain(CommandName.CHECKPOINT),
            new Rollback(7, null),
            new Rollback(7, new Skip(8, 200)),
            new Adjust(0.3, null, null),
            new Adjust(1, 0, 5L),
            new Instruction.Plain(CommandName.PAUSE),
            new Instruction.Plain(CommandName.RESUME),
            new Instruction.Plain(CommandName.STOP))) {
      CommandName name = instruction.name();
      assertEquals(instruction, Instruction.of(name, instruction.arguments()));
      assertEquals(
          instruction, Instruction.checked(name, instruction.arguments(), Limits.OF_A_PERSON));
    }
  }

  @Test
  void argumentsAreTheContracts() {
    assertEquals(
        "{to_step=7, skip_batches={from=8, count=200}}",
        new Rollback(7, new Skip(8, 200)).arguments().toString());
    assertEquals(
        "{learning_rate_scale=1, gradient_clip=1.0, for_steps=5}",
        new Adjust(1, 1.0, 5L).arguments().toString());
    for (CommandName name : CommandName.values()) {
      Map<String, Object> arguments = Instruction.of(name, Map.of()).arguments();
      assertTrue(name.arguments().containsAll(arguments.keySet()), name + " " + arguments);
    }
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertEquals(
        "adjust: learning_rate_scale = \"0.5\": expected a factor from 0.000001 to 10;"
            + " gradient_clip = -1: expected a norm from 0 to 1e9; 0 = off;"
            + " for_steps = 0: expected a number of steps, from 1;"
            + " to_step = null: unknown; expected [for_steps, gradient_clip, learning_rate_scale]",
        refusal(
            CommandName.ADJUST,
            "learning_rate_scale",
            "0.5",
            "gradient_clip",
            -1,
            "for_steps",
            0,
            "to_step",
            null));
    assertEquals(
        "rollback: skip_batches = {\"from\":1}:"
            + " expected {\"from\": batch, \"count\": number up to 1000000};"
            + " to_step is missing: expected the step to go back to",
        refusal(CommandName.ROLLBACK, "skip_batches", Map.of("from", 1)));
    assertEquals(
        "adjust: adjust needs learning_rate_scale or gradient_clip",
        refusal(CommandName.ADJUST, "for_steps", 5));
    assertEquals(
        "pause: why = [1,true]: unknown; expected []",
        refusal(CommandName.PAUSE, "why", List.of(1, true)));
  }

  @Test
  void whoKnowsWhereTheRunStandsSaysHowFarAnArgumentMayGo() {
    Map<String, Object> rollback = arguments("to_step", 101, "skip_batches", skip(1_000_101, 1));
    assertEquals(
        "rollback: to_step = 101: expected a step, from 0 to 100;"
            + " skip_batches = {\"from\":1000101,\"count\":1}:"
            + " expected {\"from\": batch to 1000100, \"count\": number up to 1000000}",
        refusal(CommandName.ROLLBACK, rollback, AT_STEP_100));
    assertEquals(
        "adjust: learning_rate_scale = 0: expected a factor above 0, at most 10;"
            + " for_steps = 1000000001: expected a number of steps, from 1 to 1000000000",
        refusal(
            CommandName.ADJUST,
            arguments("learning_rate_scale", 0, "for_steps", 1_000_000_001),
            AT_STEP_100));
    assertEquals(
        new Adjust(1e-9, null, null),
        Instruction.checked(
            CommandName.ADJUST, arguments("learning_rate_scale", 1e-9), AT_STEP_100));
  }

  @Test
  void aStepIsAWholeNumberThatEveryReaderKeepsExact() {
    for (Object wrong :
        Arrays.asList(
            null,
            "7",
            7.0,
            List.of(7),
            Map.of("to_step", 7),
            -1,
            1L << 53,
            true,
            BigInteger.ONE.shiftLeft(63),
            Double.POSITIVE_INFINITY)) {
      String message = refusal(CommandName.ROLLBACK, "to_step", wrong);
      assertTrue(message.startsWith("rollback: to_step = "), message);
    }
    assertEquals(
        (1L << 53) - 1,
        ((Rollback)
                Instruction.checked(
                    CommandName.ROLLBACK, arguments("to_step", (1L << 53) - 1), Limits.OF_A_PERSON))
            .toStep());
  }

  @Test
  void batchesToLeaveOutAreTwoNumbers() {
    for (Object wrong :
        Arrays.asList(
            5,
            List.of(1, 2),
            Map.of(),
            Map.of("count", 1),
            skip("1", 1),
            skip(-1, 1),
            skip(1, -1),
            skip(1, 1_000_001),
            skip(1, null),
            skip(1, 1.0),
            Map.of("from", 1, "count", 1, "why", "so"))) {
      refusal(CommandName.ROLLBACK, "to_step", 1, "skip_batches", wrong);
    }
  }

  @Test
  void aMessageQuotesTheBeginningOfALongValueOnly() {
    for (Object wrong : List.of("x".repeat(1_000_000), List.of("x".repeat(1_000_000), 2))) {
      String message = refusal(CommandName.ROLLBACK, "to_step", wrong);
      assertTrue(message.length() < 400, message);
      assertTrue(message.contains("xxx…: expected a step"), message);
    }
    assertTrue(
        refusal(CommandName.ROLLBACK, "to_step", "a \"b\"\\\n\t\u0001")
            .contains("= \"a \\\"b\\\"\\\\\\n\\t\\u0001\": "));
  }

  @Test
  void whatWasGivenBeforeIsNotRefused() {
    assertEquals(
        new Rollback(0, new Skip(-3, 200)),
        Instruction.of(CommandName.ROLLBACK, arguments("skip_batches", skip(-3, 200))));
    assertEquals(
        new Adjust(null, null, 5L), Instruction.of(CommandName.ADJUST, arguments("for_steps", 5)));
    assertEquals(
        new Instruction.Plain(CommandName.STOP),
        Instruction.of(CommandName.STOP, arguments("to_step", "x")));
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertEquals(
        "command = 'sing': expected one of checkpoint, rollback, adjust, pause, resume, stop",
        assertThrows(IllegalArgumentException.class, () -> CommandName.of("sing")).getMessage());
  }

  private static String refusal(CommandName name, Object... namesAndValues) {
    return refusal(name, arguments(namesAndValues), Limits.OF_A_PERSON);
  }

  private static String refusal(CommandName name, Map<String, Object> arguments, Limits limits) {
    return assertThrows(
            IllegalArgumentException.class, () -> Instruction.checked(name, arguments, limits))
        .getMessage();
  }

  private static Map<String, Object> skip(Object from, Object count) {
    return arguments("from", from, "count", count);
  }

  private static Map<String, Object> arguments(Object... namesAndValues) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return arguments;
  }
}
