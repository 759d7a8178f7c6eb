// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.predictors.postmortem.Episode;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** A report as Markdown for a ticket or a chat, with the same sentences and without plots. */
final class ReportMarkdown {
  private static final int MOVERS = 8;

  private ReportMarkdown() {}

  static String write(RunReport report) {
    StringBuilder text = new StringBuilder();
    text.append("# Post-mortem of ").append(plain(report.run())).append("\n\n");
    text.append(plain(Prose.summary(report))).append("\n");
    table(
        text,
        "episode|class|start|peak|end|cost, steps|loss before|peak loss|moved first|first warning",
        report.findings(),
        ReportMarkdown::cells);
    for (Finding finding : report.findings()) {
      text.append("\n## ").append(plain(Prose.title(finding))).append("\n\n");
      Prose.story(finding).forEach(line -> text.append(plain(line)).append('\n'));
      table(
          text,
          "moved|when|step|half-widths outside its band",
          finding.episode().origin().movers().stream().limit(MOVERS).toList(),
          move ->
              List.of(
                  Prose.name(move),
                  Prose.lead(move.leadSteps()),
                  Figures.count(move.step()),
                  Figures.measured(move.score())));
      table(
          text,
          "known|when|critical|message",
          finding.known(),
          warning ->
              List.of(
                  Prose.kind(warning),
                  Prose.lead(Prose.lead(finding, warning)),
                  critical(finding, warning.steps().critical()),
                  warning.message()));
      actions(text, finding.actions());
    }
    if (!report.unfulfilled().isEmpty()) {
      text.append(
          "\n## Warnings that no episode followed\n\nActed upon in time, about something else than the loss, or wrong.\n");
      table(
          text,
          "step|what|severity|message",
          report.unfulfilled(),
          w ->
              List.of(
                  Figures.count(w.steps().opened()),
                  Prose.kind(w),
                  w.severity().wireName(),
                  w.message()));
    }
    if (!report.actions().isEmpty()) {
      text.append("\n## All actions\n");
      actions(text, report.actions());
    }
    if (!report.events().isEmpty()) {
      text.append("\n## Events\n");
      table(
          text,
          "step|time|event|text",
          report.events(),
          event ->
              List.of(
                  Figures.count(event.path("step").asLong()),
                  event.path("time").asText(),
                  event(event),
                  event.path("text").isNull() ? "–" : event.path("text").asText()));
    }
    return text.toString();
  }

  /** The cells of an episode's row, also those of the HTML table. */
  static List<String> cells(Finding finding) {
    Episode episode = finding.episode();
    return List.of(
        String.valueOf(finding.number()),
        episode.kind().words(),
        Figures.count(episode.start()),
        Figures.count(episode.extent().peak()),
        Prose.end(episode),
        Figures.count(episode.extent().costSteps()),
        Figures.measured(episode.loss().before()),
        Prose.extreme(episode),
        Prose.mover(episode),
        Prose.warned(finding));
  }

  /** The step at which an incident became critical, in words. */
  static String critical(Finding finding, OptionalLong step) {
    return step.isPresent() ? Prose.lead(finding.episode().start() - step.getAsLong()) : "never";
  }

  private static void actions(StringBuilder text, List<Action> actions) {
    table(
        text,
        "step|action|why|effect",
        actions,
        action ->
            List.of(Figures.count(action.step()), what(action), action.reason(), action.effect()));
  }

  /** An event in a word or two. */
  static String event(JsonNode event) {
    String kind = event.path("kind").asText().replace('_', ' ');
    JsonNode more = event.hasNonNull("phase") ? event.path("phase") : event.path("status");
    return more.isNull() ? kind : kind + ": " + more.asText();
  }

  /** A command with its arguments. */
  static String what(Action action) {
    return action.arguments().isEmpty()
        ? action.command()
        : action.command() + " " + action.arguments();
  }

  /** Appends a table, unless it would have no rows; the names of its columns are separated by |. */
  private static <T> void table(
      StringBuilder text, String names, List<T> of, Function<T, List<String>> cells) {
    if (!of.isEmpty()) {
      List<String> header = List.of(names.split("\\|"));
      text.append('\n');
      row(text, header);
      text.append("|").append(" --- |".repeat(header.size())).append('\n');
      of.forEach(one -> row(text, cells.apply(one)));
    }
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("|");
    cells.forEach(cell -> text.append(' ').append(plain(cell)).append(" |"));
    text.append('\n');
  }

  /** Escapes a text, so that it is neither markup nor HTML, and puts it on one line. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '<') {
        plain.append("&lt;");
      } else if (c == '&') {
        plain.append("&amp;");
      } else if (c < ' ') {
        plain.append(' ');
      } else {
        plain.append("\\`*_[]|#!~".indexOf(c) >= 0 && !between(text, i) ? "\\" : "").append(c);
      }
    }
    return plain.toString();
  }

  /** Whether an underscore is within a word, where Markdown ignores it. */
  private static boolean between(String text, int i) {
    return text.charAt(i) == '_'
        && i > 0
        && i + 1 < text.length()
        && Character.isLetterOrDigit(text.charAt(i - 1))
        && Character.isLetterOrDigit(text.charAt(i + 1));
  }
}
