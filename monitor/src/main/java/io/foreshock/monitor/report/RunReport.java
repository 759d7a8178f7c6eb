// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.Postmortem;
import io.foreshock.predictors.telemetry.RunConfig;
import io.foreshock.predictors.telemetry.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The post-mortem of one run, in the form in which it can be written.
 *
 * @param lastStep newest step of the live segment
 * @param samples number of losses on the live path
 * @param blips number of these losses that stood out alone
 * @param findings one per episode, by segment and onset
 * @param warnings all incidents of at least severity {@code warning}
 * @param actions all commands
 * @param events all events, as the API's objects
 */
public record RunReport(
    String run,
    long lastStep,
    long samples,
    int blips,
    RunConfig configuration,
    List<Segment> segments,
    List<Finding> findings,
    List<Warning> warnings,
    List<Action> actions,
    List<JsonNode> events) {
  /** Steps after its end in which an incident still counts as known at an onset. */
  private static final long KNOWN_STEPS = 100;

  /** Episodes that are shown with plots; the others are in the table and in the text. */
  private static final int PLOTTED = 20;

  /** Writes a report in one of its forms. */
  public enum Format {
    HTML("text/html; charset=utf-8", "html", report -> new ReportHtml(report).write()),
    JSON("application/json", "json", ReportJson::write),
    MD("text/markdown; charset=utf-8", "md", ReportMarkdown::write);

    private final String contentType;
    private final String suffix;
    private final Function<RunReport, String> writer;

    Format(String contentType, String suffix, Function<RunReport, String> writer) {
      this.contentType = contentType;
      this.suffix = suffix;
      this.writer = writer;
    }

    /** The report's text. */
    public String write(RunReport report) {
      return writer.apply(report);
    }

    /** Media type. */
    public String contentType() {
      return contentType;
    }

    /** Name on the command line and in the API, and suffix of its files. */
    public String suffix() {
      return suffix;
    }

    /**
     * The format of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Format of(String name) {
      for (Format format : values()) {
        if (format.suffix.equals(name)) {
          return format;
        }
      }
      throw new IllegalArgumentException("format = '" + name + "': expected html, json or md");
    }
  }

  /** Makes the report of a run, which needs as long as reading its telemetry. */
  public static RunReport of(ReportedRun run) {
    Postmortem postmortem = Postmortem.of(run);
    List<Warning> warnings = new ArrayList<>(Warning.of(run.alarms()));
    warnings.removeIf(warning -> warning.severity() == Severity.INFO);
    Effects effects = new Effects(run, postmortem.episodes());
    List<Action> actions = effects.actions();
    List<Finding> findings = new ArrayList<>();
    for (Episode episode : postmortem.episodes()) {
      List<Warning> known = known(episode, warnings, run.segments());
      findings.add(
          new Finding(
              findings.size() + 1,
              episode,
              known,
              actions(episode, known, actions),
              effects.afterRollback(episode).orElse(""),
              findings.size() < PLOTTED ? Panels.of(episode, run) : List.of()));
    }
    return new RunReport(
        run.name(),
        run.segments().stream().filter(Segment::live).mapToLong(Segment::lastStep).max().orElse(0),
        postmortem.samples(),
        postmortem.blips(),
        run.configuration(),
        run.segments(),
        List.copyOf(findings),
        List.copyOf(warnings),
        actions,
        run.events());
  }

  /** Warnings that no episode followed: acted upon in time, or wrong. */
  List<Warning> unfulfilled() {
    Set<String> seen = new HashSet<>();
    findings.forEach(finding -> finding.known().forEach(known -> seen.add(known.incident())));
    return warnings.stream()
        .filter(warning -> !seen.contains(warning.incident()) && warning.isAboutTraining())
        .toList();
  }

  private static List<Warning> known(
      Episode episode, List<Warning> warnings, List<Segment> segments) {
    Set<Integer> line = new HashSet<>();
    int at = episode.segment();
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).index() == at) {
        line.add(at);
        at = segments.get(i).parent();
      }
    }
    return warnings.stream()
        .filter(warning -> line.contains(warning.segment()) && warning.isAboutTraining())
        .filter(warning -> warning.open(episode.start() - KNOWN_STEPS, episode.extent().last()))
        .sorted(Comparator.comparingLong(warning -> warning.steps().opened()))
        .toList();
  }

  private static List<Action> actions(Episode episode, List<Warning> known, List<Action> actions) {
    Set<String> incidents = new HashSet<>();
    known.forEach(warning -> incidents.add(warning.incident()));
    return actions.stream()
        .filter(
            action ->
                action.incident() == null
                    ? action.step() >= episode.start() - KNOWN_STEPS
                        && action.step() <= episode.extent().last() + KNOWN_STEPS
                    : incidents.contains(action.incident()))
        .toList();
  }
}
