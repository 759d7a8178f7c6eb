// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class TrainOptionsTest {

  @Command
  private static final class Arguments {
    @Mixin private final TrainOptions options = new TrainOptions();
  }

  private static TrainOptions parse(List<String> problems, String... arguments) {
    Arguments parsed = new Arguments();
    CommandLine line = Train.commandLine(parsed);
    line.parseArgs(arguments);
    problems.addAll(Train.problems(line, parsed.options));
    return parsed.options;
  }

  private static List<String> problems(String... arguments) {
    List<String> problems = new ArrayList<>();
    parse(problems, arguments);
    return problems;
  }

  private static Map<String, Object> announced(String... arguments) {
    List<String> problems = new ArrayList<>();
    TrainOptions options = parse(problems, arguments);
    assertEquals(List.of(), problems);
    return options.config().announcement().fields();
  }

  @Test
  void runConfigTellsEveryVariant() {
    Map<String, Object> fields =
        announced(
            "--mu-param=simple",
            "--mu-base-width=64",
            "--update-clipping",
            "--gradient-clip-rule=zclip",
            "--linear=absmedian",
            "--attention-kappa=1000");

    assertEquals("simple", fields.get("mu_param"));
    assertEquals(64L, fields.get("mu_base_width"));
    assertEquals(true, fields.get("update_clipping"));
    assertEquals("zclip", fields.get("gradient_clip_rule"));
    assertEquals("absmedian", fields.get("linear"));
    assertEquals(1000.0, fields.get("attention_kappa"));
    assertEquals(false, fields.get("sigma_reparam"));
    assertEquals(true, announced("--sigma-reparam").get("sigma_reparam"));
  }

  @Test
  void offIsTheDefaultAndToldToo() {
    Map<String, Object> fields = announced();

    assertEquals("none", fields.get("mu_param"));
    assertTrue(!fields.containsKey("mu_base_width"));
    assertEquals(false, fields.get("update_clipping"));
    assertEquals("norm", fields.get("gradient_clip_rule"));
    assertEquals("float", fields.get("linear"));
    assertEquals(0.0, fields.get("attention_kappa"));
  }

  @Test
  void combinationsThatMeanNothingAreRefused() {
    assertEquals(
        List.of(
            "--linear = absmean: expected float with --sigma-reparam",
            "--mu-param = full: expected none or simple with --sigma-reparam",
            "--mu-base-width = 0: expected at least 1",
            "--attention-kappa = 3.0: expected 0 with --qk-layernorm",
            "--update-clipping = true: expected --optimizer adamw, whose second moment it needs",
            "--mu-param = full: expected none with --optimizer sgd"),
        problems(
            "--sigma-reparam",
            "--linear=absmean",
            "--mu-param=full",
            "--mu-base-width=0",
            "--attention-kappa=3",
            "--qk-layernorm",
            "--update-clipping",
            "--optimizer=sgd"));
    assertEquals(
        List.of(
            "--update-clipping = true: expected --optimizer adamw, whose second moment it needs"),
        problems("--update-clipping", "--optimizer=lion", "--mu-param=full"));
    assertEquals(
        List.of("--attention-kappa = NaN: expected a number from 0"),
        problems("--attention-kappa=NaN"));
  }

  @Test
  void unknownChoicesNameTheKnownOnes() {
    assertTrue(problems("--linear=int8").get(0).contains("FLOAT, ABSMEAN, ABSMEDIAN"));
  }
}
