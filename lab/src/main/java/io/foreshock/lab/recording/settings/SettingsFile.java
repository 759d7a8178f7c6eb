// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.settings;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a program writes beside its log, such as {@code hparams.yaml}. What they mean,
 * {@link Settings} says.
 *
 * <p><b>Threads.</b> Safe.
 */
public final class SettingsFile {
  private static final long LARGEST_BYTES = 1 << 20;

  private static final List<String> NAMES =
      List.of(
          "hparams.yaml",
          "hparams.json",
          "training_args.json",
          "args.json",
          "params.json",
          "config.yaml",
          "config.json",
          "files/config.yaml",
          ".hydra/config.yaml");

  private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {};
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private SettingsFile() {}

  /**
   * Returns the settings in the files beside a log, and in the directory above one that belongs to
   * it, such as {@code checkpoint-500}. Those beside the log come first.
   *
   * @param belongsToAbove whether a directory belongs to the one above
   * @param problems receives one message for each file that cannot be read
   */
  public static RunConfig beside(
      Path log, Predicate<Path> belongsToAbove, Consumer<String> problems) {
    RunConfig config = RunConfig.EMPTY;
    Path directory = log.toAbsolutePath().normalize().getParent();
    for (boolean above = true; above && directory != null; ) {
      for (String name : NAMES) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file)) {
          config = read(file, problems).with(config); // what was found first is kept
        }
      }
      above = belongsToAbove.test(directory);
      directory = directory.getParent();
    }
    return config;
  }

  private static RunConfig read(Path file, Consumer<String> problems) {
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        problems.accept(file + ": has more than " + LARGEST_BYTES + " bytes, so it was not read");
        return RunConfig.EMPTY;
      }
      byte[] text = Files.readAllBytes(file);
      ObjectMapper mapper = file.toString().endsWith(".json") ? JSON : YAML;
      return text.length == 0 ? RunConfig.EMPTY : Settings.of(mapper.readValue(text, MAP));
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      problems.accept(file + ": cannot be read as settings: " + reason);
      return RunConfig.EMPTY;
    }
  }
}
