// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RuleJson;
import io.foreshock.predictors.online.Rule;
import io.foreshock.predictors.telemetry.NameTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that try rules of the user's own on recorded runs. */
final class RuleOptions {
  /** Name of the rule that the command line gives. */
  private static final String TRIED = "own";

  @Option(
      names = "--rules",
      paramLabel = "FILE.yaml",
      description =
          "Also raise the alarms of these rules of your own: a list as under 'rules' in the"
              + " monitor's configuration.")
  private @Nullable Path file;

  @Option(
      names = "--signal",
      paramLabel = "NAME",
      description =
          "Try one rule on this field. It needs one of --above, --below, --outside and --changes-by."
              + " With --score the rule is a row of the scoreboard, U.")
  private @Nullable String signal;

  @Option(
      names = "--measurement",
      paramLabel = "NAME",
      description =
          "With --signal: measurement of the field. Default: that of the contract for its signals, any for"
              + " other fields.")
  private @Nullable String measurement;

  @Option(
      names = "--above",
      paramLabel = "LIMIT",
      description = "With --signal: alarm where the field is above this limit.")
  private @Nullable String above;

  @Option(
      names = "--below",
      paramLabel = "LIMIT",
      description = "With --signal: alarm where the field is below this limit.")
  private @Nullable String below;

  @Option(
      names = "--outside",
      paramLabel = "DEVIATIONS",
      description =
          "With --signal: alarm where the field is further than this from its expected course, in"
              + " robust standard deviations.")
  private @Nullable String outside;

  @Option(
      names = "--changes-by",
      paramLabel = "AMOUNT|PERCENT%",
      description = "With --signal: alarm where the field changes by more than this within --for.")
  private @Nullable String changesBy;

  @Option(
      names = "--for",
      paramLabel = "SPAN",
      description =
          "With --signal: how long that must last, such as '20 steps' or '5 minutes'. Default: 1 step.")
  private @Nullable String span;

  /**
   * The rule of the command line; null when it gives none.
   *
   * @throws IllegalArgumentException when the options are no rule
   */
  @Nullable Rule tried() {
    if (signal == null) {
      boolean given =
          Stream.of(measurement, above, below, outside, changesBy, span).anyMatch(o -> o != null);
      if (given) {
        throw new IllegalArgumentException(
            "--above, --below, --outside, --changes-by, --for, --measurement: expected together with"
                + " --signal");
      }
      return null;
    }
    ObjectNode json =
        Json.object()
            .put("name", TRIED)
            .put("signal", signal)
            .put("measurement", measurement)
            .put("above", above)
            .put("below", below)
            .put("outside", outside)
            .put("changes_by", changesBy)
            .put("for", span)
            .put("severity", "critical");
    try {
      return RuleJson.read(json, NameTable.shipped());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--signal " + signal + ": " + e.getMessage(), e);
    }
  }

  /**
   * All rules: those of the file, then that of the command line.
   *
   * @throws IllegalArgumentException when the file or the options are no rules
   */
  List<Rule> all() {
    List<Rule> rules = new ArrayList<>(file == null ? List.of() : read(file));
    Rule tried = tried();
    if (tried != null) {
      rules.add(tried);
    }
    return rules;
  }

  boolean hasFile() {
    return file != null;
  }

  private static List<Rule> read(Path file) {
    try {
      return RuleJson.readAll(
          new YAMLMapper().readTree(Files.readString(file)), NameTable.shipped());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "--rules = " + file + ": is not YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("--rules = " + file + ": cannot be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--rules = " + file + ": " + e.getMessage(), e);
    }
  }
}
