// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.corpus.CorpusPlan.Scale;
import io.foreshock.lab.corpus.Scenario.Nature;
import io.foreshock.monitor.wire.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CorpusPlanTest {
  private static final Pattern DISTURBANCE =
      Pattern.compile("--disturb=([a-z]+)@(\\d+)(?:\\+(\\d+))?(?:=([0-9.]+))?");

  private final List<PlannedRun> plan = CorpusPlan.of(1, Scale.FULL);

  @Test
  void isAFunctionOfSeedAndScale() {
    assertEquals(plan, CorpusPlan.of(1, Scale.FULL));
    assertNotEquals(plan, CorpusPlan.of(2, Scale.FULL));
    assertTrue(CorpusPlan.of(1, Scale.SMALL).size() < plan.size() / 3);
  }

  @Test
  void noConfigurationAndNoSeedIsInTwoSplits() {
    Map<List<String>, Split> configurations = new HashMap<>();
    Set<String> seeds = new HashSet<>();
    int shared = 0;
    for (PlannedRun run : plan) {
      Split other = configurations.put(run.configuration(), run.split());
      assertTrue(other == null || other == run.split(), run.run());
      shared += other == null ? 0 : 1;
      assertTrue(seeds.add(value(run, "seed")), "seed of " + run.run());
    }
    assertTrue(shared > 30, "configurations with a second seed: " + shared);
  }

  @Test
  void everyScenarioAndFamilyIsInEverySplit() {
    List<Function<PlannedRun, Object>> families =
        List.of(
            PlannedRun::scenario,
            run -> run.family().optimizer(),
            run -> run.family().architecture(),
            run -> run.family().length(),
            run -> run.family().logEvery(),
            run -> run.scenario().nature() + " " + run.family().optimizer(),
            run -> run.scenario().nature() + " " + run.family().architecture());
    for (Function<PlannedRun, Object> family : families) {
      Map<Object, Set<Split>> splits =
          plan.stream()
              .collect(
                  Collectors.groupingBy(
                      family, Collectors.mapping(PlannedRun::split, Collectors.toSet())));
      splits.forEach((value, in) -> assertEquals(Set.of(Split.values()), in, value.toString()));
    }
  }

  @Test
  void halfIsForTrainingAFifthForValidationTheRestForTest() {
    assertEquals(0.5, share(run -> run.split() == Split.TRAIN), 0.03);
    assertEquals(0.2, share(run -> run.split() == Split.VALIDATION), 0.03);
    assertEquals(0.3, share(run -> run.split() == Split.TEST), 0.03);
  }

  @Test
  void halfOfTheRunsAndMostStepsAreMeantToBeHealthy() {
    assertEquals(0.5, share(run -> run.scenario().nature() == Nature.HEALTHY), 0.05);
    long healthy =
        plan.stream()
            .filter(run -> run.scenario().nature() == Nature.HEALTHY)
            .mapToLong(PlannedRun::steps)
            .sum();
    long all = plan.stream().mapToLong(PlannedRun::steps).sum();
    assertTrue(healthy > 0.55 * all, healthy + " of " + all);
  }

  @Test
  void whatRealRunsAreLikeIsThereInItsShare() {
    assertEquals(0.6, share(run -> run.family().optimizer() == Optimizer.ADAMW), 0.06);
    assertEquals(0.5, share(run -> run.family().architecture() == Architecture.PRE_LN), 0.06);
    assertEquals(0.2, share(run -> run.family().architecture() == Architecture.POST_LN), 0.05);
    assertEquals(0.7, share(run -> run.family().logEvery() == 1), 0.06);
    assertEquals(0.1, share(run -> value(run, "statistics").equals("loss")), 0.04);
    assertEquals(0.35, share(run -> value(run, "gradient-clip").equals("0.0")), 0.08);
    assertTrue(plan.stream().anyMatch(run -> value(run, "layers").equals("12")));
    assertTrue(plan.stream().anyMatch(run -> run.steps() > 4000));
  }

  @Test
  void namesTellScenarioAndFamilyAndAreFileNames() {
    Set<String> names = plan.stream().map(PlannedRun::run).collect(Collectors.toSet());
    assertEquals(plan.size(), names.size());
    for (PlannedRun run : plan) {
      String expected =
          run.scenario().wireName()
              + "-"
              + run.family().architecture().wireName()
              + "-"
              + run.family().optimizer().wireName();
      assertTrue(run.run().matches(expected + "-[0-9]{3}"), run.run());
      assertEquals(run.run(), value(run, "run"));
    }
  }

  @Test
  void modelsAndSchedulesArePossible() {
    for (PlannedRun run : plan) {
      assertEquals(0, number(run, "width") % (2 * number(run, "heads")), run.run());
      assertTrue(number(run, "layers") >= 2 && number(run, "layers") <= 12, run.run());
      assertTrue(number(run, "warmup-steps") >= 1, run.run());
      assertTrue(number(run, "warmup-steps") < run.steps(), run.run());
      assertTrue(number(run, "learning-rate") > 0, run.run());
      assertTrue(run.family().logEvery() < 100 || run.steps() >= 2000, run.run());
    }
  }

  @Test
  void disturbancesLieWithinTheRunAndTheAbruptOnesAreNoted() {
    int seen = 0;
    for (PlannedRun run : plan) {
      Set<Long> struck = new HashSet<>();
      for (String argument : run.arguments()) {
        if (!argument.startsWith("--disturb=")) {
          continue;
        }
        Matcher parts = DISTURBANCE.matcher(argument);
        assertTrue(parts.matches(), argument);
        seen++;
        long step = Long.parseLong(parts.group(2));
        long count = parts.group(3) == null ? 1 : Long.parseLong(parts.group(3));
        assertTrue(step > 20 && step + count - 1 <= run.steps(), run.run() + " " + argument);
        switch (parts.group(1)) {
          case "garbage", "precision" -> struck.add(step);
          case "rate" -> {
            if (Double.parseDouble(parts.group(4)) > 1) {
              struck.add(step);
            }
          }
          case "resume" -> assertTrue(Long.parseLong(parts.group(4)) < step, argument);
          default -> {}
        }
      }
      assertEquals(struck, new HashSet<>(run.struck()), run.run());
    }
    assertTrue(seen > 100, "disturbances: " + seen);
  }

  @Test
  void survivesItsFile() {
    byte[] file = Json.bytes(plan);
    assertEquals(plan, List.of(Json.read(file, PlannedRun[].class)));
    assertEquals(
        Set.of("run", "split", "scenario", "family", "arguments", "struck"),
        fields(Json.MAPPER.valueToTree(plan.get(0))));
    assertEquals(
        Set.of("optimizer", "architecture", "length", "log_every"),
        fields(Json.MAPPER.valueToTree(plan.get(0).family())));
  }

  @Test
  void everyScenarioHasAsManyRunsAsItSays() {
    for (Scenario scenario : Scenario.values()) {
      long runs = plan.stream().filter(run -> run.scenario() == scenario).count();
      assertEquals(scenario.runs(), runs, scenario.wireName());
    }
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private double share(Predicate<PlannedRun> wanted) {
    return plan.stream().filter(wanted).count() / (double) plan.size();
  }

  private static double number(PlannedRun run, String option) {
    return Double.parseDouble(value(run, option));
  }

  private static String value(PlannedRun run, String option) {
    String prefix = "--" + option + "=";
    return run.arguments().stream()
        .filter(argument -> argument.startsWith(prefix))
        .map(argument -> argument.substring(prefix.length()))
        .findFirst()
        .orElseThrow();
  }
}
