// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogFormat;
import io.foreshock.lab.recording.format.ReadingOptions;
import io.foreshock.predictors.telemetry.NameTable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --map} and {@code --pattern}, for every command that reads logs. */
public final class SourceOptions {
  @Option(
      names = "--map",
      paramLabel = "FROM=TO",
      description =
          "Read the field FROM as the field TO of the contract, such as my/loss=loss. Common names,"
              + " such as train/loss, need no map. May be repeated.")
  private Map<String, String> mapped = new LinkedHashMap<>();

  @Option(
      names = "--source-format",
      paramLabel = "NAME",
      description = "Format of all sources. Default: recognized from each.")
  private @Nullable String format;

  @Option(
      names = "--pattern",
      paramLabel = "REGEX",
      description =
          "Find the numbers in lines of text by this regular expression. Its named groups are the"
              + " numbers, such as '(?<step>\\d+): (?<loss>\\S+)'.")
  private @Nullable String pattern;

  private static final Pattern GROUP = Pattern.compile("\\(\\?<[A-Za-z]\\w*>");

  private final Set<String> notes = new HashSet<>();

  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls the command
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** How to read the logs. */
  public ReadingOptions reading() {
    try {
      return new ReadingOptions(NameTable.shipped().with(mapped), compiled());
    } catch (IllegalArgumentException e) {
      throw wrong("--map: " + e.getMessage());
    }
  }

  /**
   * Finds logs.
   *
   * @param run name of the run; null to take it from the file
   */
  public Logs logs(@Nullable String run) {
    return logs("--source-format", format, run);
  }

  /** The same, for a command in which the format is another option's. */
  public Logs logs(String option, @Nullable String format, @Nullable String run) {
    try {
      LogFormat named = format == null ? null : Formats.named(format);
      return new Logs(
          named == null && pattern != null ? Formats.named("text") : named, run, this::note);
    } catch (IllegalArgumentException e) {
      throw wrong(option + " = " + e.getMessage());
    }
  }

  /** Java's names of groups have no underscore, and those of signals do. */
  private @Nullable Pattern compiled() {
    if (pattern == null) {
      return null;
    }
    String plain = GROUP.matcher(pattern).replaceAll(name -> name.group().replace("_", ""));
    if (!GROUP.matcher(plain).find()) {
      throw wrong("--pattern = " + pattern + ": expected groups with names, such as (?<loss>\\S+)");
    }
    try {
      return Pattern.compile(plain);
    } catch (PatternSyntaxException e) {
      throw wrong(
          "--pattern = " + pattern + ": " + e.getDescription() + " at character " + e.getIndex());
    }
  }

  private void note(String note) {
    if (notes.add(note)) { // a directory that is watched is searched again and again
      spec.commandLine().getErr().println(note);
      spec.commandLine().getErr().flush();
    }
  }

  private ParameterException wrong(@Nullable String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
