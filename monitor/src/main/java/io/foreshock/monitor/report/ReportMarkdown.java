// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import java.util.List;
import java.util.OptionalLong;

/** A report as Markdown for a ticket or a chat, with the same sentences and without plots. */
final class ReportMarkdown {
  private static final int MOVERS = 8;

  private ReportMarkdown() {}

  static String write(RunReport report) {
    StringBuilder text = new StringBuilder();
    text.append("# Post-mortem of ").append(plain(report.run())).append("\n\n");
    text.append(plain(Prose.summary(report))).append("\n");
    if (!report.findings().isEmpty()) {
      table(
          text,
          List.of(
              "episode",
              "class",
              "start",
              "peak",
              "end",
              "cost, steps",
              "loss before",
              "peak loss",
              "moved first",
              "first warning"));
      report.findings().forEach(finding -> row(text, cells(finding)));
    }
    for (Finding finding : report.findings()) {
      text.append("\n## ").append(plain(Prose.title(finding))).append("\n\n");
      Prose.story(finding).forEach(line -> text.append(plain(line)).append('\n'));
      movers(text, finding.episode().origin().movers());
      known(text, finding);
      actions(text, finding.actions());
    }
    if (!report.unfulfilled().isEmpty()) {
      text.append("\n## Warnings that no episode followed\n\nActed upon in time, or wrong.\n");
      table(text, List.of("step", "what", "severity", "message"));
      report
          .unfulfilled()
          .forEach(
              w ->
                  row(
                      text,
                      List.of(
                          Figures.count(w.steps().opened()),
                          Prose.kind(w),
                          w.severity().wireName(),
                          w.message())));
    }
    if (!report.actions().isEmpty()) {
      text.append("\n## All actions\n");
      actions(text, report.actions());
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

  private static void movers(StringBuilder text, List<FirstMove> movers) {
    if (movers.isEmpty()) {
      return;
    }
    table(text, List.of("moved", "when", "step", "half-widths outside its band"));
    for (FirstMove move : movers.subList(0, Math.min(MOVERS, movers.size()))) {
      row(
          text,
          List.of(
              Prose.name(move),
              Prose.lead(move.leadSteps()),
              Figures.count(move.step()),
              Figures.measured(move.score())));
    }
  }

  private static void known(StringBuilder text, Finding finding) {
    if (finding.known().isEmpty()) {
      return;
    }
    table(text, List.of("known", "when", "critical", "message"));
    for (Warning warning : finding.known()) {
      row(
          text,
          List.of(
              Prose.kind(warning),
              Prose.lead(Prose.lead(finding, warning)),
              critical(finding, warning.steps().critical()),
              warning.message()));
    }
  }

  /** The step at which an incident became critical, in words. */
  static String critical(Finding finding, OptionalLong step) {
    return step.isPresent() ? Prose.lead(finding.episode().start() - step.getAsLong()) : "never";
  }

  private static void actions(StringBuilder text, List<Action> actions) {
    if (actions.isEmpty()) {
      return;
    }
    table(text, List.of("step", "action", "why", "effect"));
    for (Action action : actions) {
      row(
          text,
          List.of(Figures.count(action.step()), what(action), action.reason(), action.effect()));
    }
  }

  /** A command with its arguments. */
  static String what(Action action) {
    return action.arguments().isEmpty()
        ? action.command()
        : action.command() + " " + action.arguments();
  }

  private static void table(StringBuilder text, List<String> names) {
    text.append('\n');
    row(text, names);
    text.append("|").append(" --- |".repeat(names.size())).append('\n');
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
