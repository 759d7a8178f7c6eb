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
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "Judges a run before it begins. The answer says whether the run is expected to stay stable,"
          + " which signal is expected to cross its limit at which step, which learning rate is the"
          + " highest safe one, and how far the run lies outside the range of earlier runs.",
      "",
      "The basis is the runs of a running monitor (--monitor) or recorded runs (--runs). Describe"
          + " the new run with the options below; --learning-rate and either --parameters or"
          + " --parameters-non-embedding are required."
    },
    footer = {
      "",
      "Examples:",
      "  foreshock preflight --parameters-non-embedding 85e6 --learning-rate 0.01",
      "  foreshock preflight --parameters 9e7 --learning-rate 0.01 --runs sweep/runs",
      "  foreshock preflight --hold-out --runs sweep/runs",
      "",
      "Exit code 0: the run was judged, or there is no basis for a judgement. 1: a recording or the"
          + " monitor cannot be read. 2: wrong usage, such as a path that does not exist or a field"
          + " that the monitor rejects."
    })
public final class PreflightCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String OTHERWISE = "use recorded runs (--runs PATH)";

  /** Fields that a judgement may depend on: all but the labels for people. */
  private static final Set<ConfigField> JUDGED =
      EnumSet.complementOf(EnumSet.of(ConfigField.TAGS, ConfigField.NOTES));

  @Option(
      names = "--runs",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Recorded runs to use as the basis instead of a monitor's runs: logs in every format that"
              + " 'attach' reads, or directories with such logs.")
  private @Nullable List<Path> runs;

  @Option(
      names = "--hold-out",
      description =
          "Instead of one new run, judge each run of --runs by the smaller ones, and print how often"
              + " the judgement was right.")
  private boolean holdOut;

  @Mixin private final MonitorOptions monitor = new MonitorOptions();

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "Output format. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.TEXT;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Sets a field of run_config that has no option of its own, such as"
              + " mu_param=simple. May be repeated.")
  private Map<String, String> others = new LinkedHashMap<>();

  private final CommandSpec spec;

  private PreflightCommand() {
    spec = CommandSpec.forAnnotatedObject(this);
    for (ConfigField field : JUDGED) {
      OptionSpec.Builder option =
          OptionSpec.builder(optionName(field)).description(sentence(field.meaning()));
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
      if (holdOut && runs != null) {
        PreflightScore score = PreflightScore.of(recorded(runs));
        print(json ? pretty(PreflightJson.of(score)) : PreflightScoreText.of(score));
      } else {
        JsonNode answer =
            runs == null
                ? monitor.client(PATIENCE, OTHERWISE).preflight(asked)
                : judge(asked, runs);
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

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static String pretty(JsonNode json) {
    return json.toPrettyString() + "\n";
  }

  private void check() {
    if (format == Format.CSV) {
      throw wrong("--format = csv: expected text or json");
    }
    if (holdOut && runs == null) {
      throw wrong("--hold-out: expected together with --runs");
    }
    for (Path path : runs == null ? List.<Path>of() : runs) {
      if (!Files.isReadable(path)) {
        throw wrong("--runs = " + path + ": expected a file or directory to read");
      }
    }
  }

  private JsonNode judge(ObjectNode asked, List<Path> runs) throws IOException {
    RunConfig config = PreflightJson.config(asked);
    return PreflightJson.of(Trends.preflight(config, recorded(runs)));
  }

  private List<RunSummary> recorded(List<Path> runs) throws IOException {
    return new RecordedRuns(spec.commandLine().getErr()::println).read(runs);
  }

  /** The configuration that the options describe. */
  private ObjectNode asked() {
    ObjectNode asked = Json.object();
    for (ConfigField field : JUDGED) {
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
      // reported below, together with fractions
    }
    throw wrong(
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

  private static String sentence(String phrase) {
    char first = phrase.charAt(0); // a Greek letter is a symbol and stays as it is
    return (first < 128 ? Character.toUpperCase(first) : first) + phrase.substring(1) + ".";
  }

  private static String optionName(ConfigField field) {
    return "--" + field.wireName().replace('_', '-');
  }
}
