// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.lab.client.MonitorOptions;
import io.foreshock.lab.print.Format;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.PreflightJson;
import io.foreshock.predictors.scaling.PreflightScore;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.scaling.Trends;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code preflight}: judges a run before it begins, by runs that have ended.
 *
 * <p>The options that describe the run are the fields of {@code run_config}.
 */
@Command(
    name = "preflight",
    aliases = "forecast", // its old name
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Judges a run before it begins: whether it is expected to stay stable, which signal would"
          + " cross its limit when, the highest safe learning rate, and how far outside of what is"
          + " known it lies.",
      "",
      "By the runs that a monitor knows, or by recorded ones (--runs)."
    },
    footer = {
      "",
      "  foreshock preflight --parameters-non-embedding 85e6 --learning-rate 0.01 --runs sweep/runs",
      "",
      "Exit code 0: judged, or no basis. 1: a recording or the monitor cannot be read. 2: wrong"
          + " usage, as a path of --runs that is not there or a field the monitor does not take."
    })
public final class PreflightCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OTHERWISE = "recorded runs (--runs PATH)";

  @Option(
      names = "--runs",
      paramLabel = "PATH",
      arity = "1..*",
      description = "files of telemetry, or directories of such, instead of a monitor's runs")
  private List<Path> runs;

  @Option(
      names = "--hold-out",
      description = "judge each of --runs by the smaller ones, and tell how often that was right")
  private boolean holdOut;

  @Mixin private MonitorOptions monitor;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "of what is printed (default: ${DEFAULT-VALUE})")
  private Format format;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "any other field of run_config, as mu_param=simple; may be repeated")
  private Map<String, String> others = new LinkedHashMap<>();

  private final CommandSpec spec;

  private PreflightCommand() {
    spec = CommandSpec.forAnnotatedObject(this);
    for (ConfigField field : ConfigField.values()) {
      OptionSpec.Builder option =
          OptionSpec.builder(optionName(field)).description(field.meaning());
      boolean flag = field.type() == ConfigField.Type.BOOLEAN;
      spec.addOption(
          flag
              ? option
                  .type(Boolean.class)
                  .arity("0..1")
                  .paramLabel("true|false")
                  .fallbackValue("true")
                  .build()
              : option.type(String.class).paramLabel(label(field)).build());
    }
  }

  /** The command with an option for every field of the contract. */
  public static CommandSpec spec() {
    return new PreflightCommand().spec;
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    ObjectNode asked = asked();
    try {
      boolean json = format == Format.JSON;
      if (holdOut) {
        PreflightScore score = PreflightScore.of(recorded());
        print(json ? pretty(PreflightJson.of(score)) : PreflightScoreText.of(score));
      } else {
        JsonNode answer =
            runs == null ? monitor.client(PATIENCE, OTHERWISE).preflight(asked) : judge(asked);
        print(json ? pretty(answer) : PreflightText.of(answer));
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("foreshock preflight: " + e.getMessage());
      return 1;
    }
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  private static String pretty(JsonNode json) {
    return json.toPrettyString() + "\n";
  }

  private void check() {
    if (format == Format.CSV) {
      throw new ParameterException(spec.commandLine(), "--format = csv: expected text or json");
    }
    if (holdOut && runs == null) {
      throw new ParameterException(spec.commandLine(), "--hold-out: expected together with --runs");
    }
    for (Path path : runs == null ? List.<Path>of() : runs) {
      if (!Files.isReadable(path)) {
        throw new ParameterException(
            spec.commandLine(), "--runs = " + path + ": expected a file or directory to read");
      }
    }
  }

  private JsonNode judge(ObjectNode asked) throws IOException {
    RunConfig config = PreflightJson.config(asked);
    return PreflightJson.of(Trends.preflight(config, recorded()));
  }

  private List<RunSummary> recorded() throws IOException {
    return new RecordedRuns(spec.commandLine().getErr()::println).read(runs);
  }

  /** The configuration that the options describe. */
  private ObjectNode asked() {
    ObjectNode asked = Json.object();
    for (ConfigField field : ConfigField.values()) {
      Object value =
          spec.commandLine().getParseResult().matchedOptionValue(optionName(field), null);
      if (value instanceof Boolean flag) {
        asked.put(field.wireName(), flag);
      } else if (value != null) {
        put(asked, field, value.toString());
      }
    }
    others.forEach((name, value) -> put(asked, name, value));
    return asked;
  }

  private void put(ObjectNode asked, ConfigField field, String text) {
    if (field.type() == ConfigField.Type.TEXT) {
      asked.put(field.wireName(), text);
      return;
    }
    try {
      double number = Double.parseDouble(text);
      if (field.type() == ConfigField.Type.FLOAT) {
        asked.put(field.wireName(), number);
        return;
      }
      if (number == Math.rint(number)) {
        asked.put(field.wireName(), (long) number);
        return;
      }
    } catch (NumberFormatException e) {
      // told below, with fractions
    }
    throw new ParameterException(
        spec.commandLine(),
        optionName(field) + " = " + text + ": expected " + PreflightJson.expectation(field));
  }

  private static void put(ObjectNode asked, String name, String text) {
    if (text.equals("true") || text.equals("false")) {
      asked.put(name, Boolean.parseBoolean(text));
      return;
    }
    try {
      asked.put(name, Double.parseDouble(text));
    } catch (NumberFormatException notANumber) {
      asked.put(name, text);
    }
  }

  private static String label(ConfigField field) {
    return field.type() == ConfigField.Type.INTEGER
        ? "N"
        : field.type() == ConfigField.Type.FLOAT ? "X" : "NAME";
  }

  private static String optionName(ConfigField field) {
    return "--" + field.wireName().replace('_', '-');
  }
}
