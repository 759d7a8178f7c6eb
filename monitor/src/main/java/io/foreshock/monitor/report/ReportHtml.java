// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import java.util.ArrayList;
import java.util.List;

/**
 * A report as one HTML file that loads nothing: no script, one style sheet within, plots as SVG.
 *
 * <p>Light or dark as the reader's system is; it prints without its links. Every text that comes
 * from outside is escaped.
 */
final class ReportHtml {
  private static final int MOVERS = 12;

  private final RunReport report;
  private final StringBuilder html = new StringBuilder();

  ReportHtml(RunReport report) {
    this.report = report;
  }

  String write() {
    head();
    overview();
    report.findings().forEach(this::section);
    unfulfilled();
    if (!report.actions().isEmpty()) {
      html.append("<section>\n<h2>All actions</h2>\n");
      actions(report.actions());
      html.append("</section>\n");
    }
    lineage();
    return Page.of("Post-mortem of " + report.run(), "", html.toString());
  }

  private void head() {
    html.append("<header>\n<h1>Post-mortem of <span class=\"run\">");
    html.append(Html.text(report.run())).append("</span></h1>\n");
    paragraph("summary", Prose.summary(report));
    html.append("<dl class=\"facts\">");
    fact("Newest step", Figures.count(report.lastStep()));
    fact("Losses read", Figures.count(report.samples()));
    fact("Segments", Figures.count(report.segments().size()));
    report
        .configuration()
        .fields()
        .forEach((name, value) -> fact(name.replace('_', ' '), String.valueOf(value)));
    html.append("</dl>\n</header>\n");
  }

  private void fact(String name, String value) {
    html.append("<div><dt>").append(Html.text(name)).append("</dt><dd>");
    html.append(Html.text(value)).append("</dd></div>");
  }

  private void overview() {
    if (report.findings().isEmpty()) {
      return;
    }
    html.append("<section>\n<h2>Episodes</h2>\n");
    List<List<String>> rows = new ArrayList<>();
    report.findings().forEach(finding -> rows.add(ReportMarkdown.cells(finding)));
    table(
        List.of(
            "#",
            "Class",
            "Start, step",
            "Peak, step",
            "End, step",
            "Cost, steps",
            "Loss before, nats/token",
            "Peak loss",
            "Moved first",
            "First warning"),
        rows,
        "#episode-");
    html.append("</section>\n");
  }

  private void section(Finding finding) {
    Episode episode = finding.episode();
    html.append("<section id=\"episode-")
        .append(finding.number())
        .append("\" class=\"episode\">\n");
    html.append("<h2>").append(Html.text(Prose.title(finding))).append("</h2>\n");
    paragraph("story", String.join(" ", Prose.story(finding)));
    plots(finding);
    if (!episode.origin().movers().isEmpty()) {
      html.append("<h3>What moved, and when</h3>\n");
      List<List<String>> rows = new ArrayList<>();
      for (FirstMove move : episode.origin().movers().stream().limit(MOVERS).toList()) {
        rows.add(
            List.of(
                Prose.name(move),
                Prose.lead(move.leadSteps()),
                Figures.count(move.step()),
                move.rising() ? "up" : "down",
                Figures.number(move.usual()) + Prose.unit(move.signal()),
                Figures.number(move.score())));
      }
      table(
          List.of("Signal", "When", "Step", "Way", "Usual level", "Half-widths outside its band"),
          rows,
          null);
    }
    known(finding);
    if (!finding.actions().isEmpty()) {
      html.append("<h3>What was done</h3>\n");
      actions(finding.actions());
    }
    html.append("</section>\n");
  }

  private void plots(Finding finding) {
    if (finding.panels().isEmpty()) {
      return;
    }
    Episode episode = finding.episode();
    List<Plot.Mark> marks = marks(finding);
    html.append("<figure>\n");
    for (Panel panel : finding.panels()) {
      html.append(
              new Plot(panel, episode.start(), Panels.from(episode), Panels.to(episode)).svg(marks))
          .append('\n');
    }
    html.append("<figcaption>Steps relative to the onset at step ");
    html.append(Figures.count(episode.start())).append(". <b class=\"key onset\">│</b> onset");
    html.append(", <b class=\"key first\">┆</b> what moved first, ");
    html.append("<b class=\"key critical\">▼</b> critical, ");
    html.append("<b class=\"key warning\">▼</b> warning, ");
    html.append("<b class=\"key action\">▼</b> action, <b class=\"key\">✕</b> not finite");
    html.append(". Strong: the whole step’s, or the layer that moved first; pale: other layers");
    html.append(
        episode.rolledBack() ? "; dashed: after the rollback.</figcaption>\n" : ".</figcaption>\n");
    html.append("</figure>\n");
  }

  private static List<Plot.Mark> marks(Finding finding) {
    Episode episode = finding.episode();
    List<Plot.Mark> marks = new ArrayList<>();
    marks.add(new Plot.Mark("onset", episode.start(), "onset, step " + episode.start()));
    if (!episode.origin().movers().isEmpty() && episode.origin().movers().get(0).leadSteps() > 0) {
      FirstMove first = episode.origin().movers().get(0);
      marks.add(new Plot.Mark("first", first.step(), Prose.name(first) + ", step " + first.step()));
    }
    for (Warning warning : finding.known()) {
      marks.add(
          new Plot.Mark(
              "warning", warning.opened(), Prose.kind(warning) + ", step " + warning.opened()));
      warning
          .critical()
          .ifPresent(
              step ->
                  marks.add(
                      new Plot.Mark(
                          "critical", step, Prose.kind(warning) + " critical, step " + step)));
    }
    for (Action action : finding.actions()) {
      marks.add(
          new Plot.Mark(
              "action", action.step(), ReportMarkdown.what(action) + ", step " + action.step()));
    }
    return marks;
  }

  private void known(Finding finding) {
    if (finding.known().isEmpty()) {
      return;
    }
    html.append("<h3>What was known when</h3>\n");
    List<List<String>> rows = new ArrayList<>();
    for (Warning warning : finding.known()) {
      rows.add(
          List.of(
              Prose.kind(warning),
              Prose.lead(Prose.lead(finding, warning)),
              ReportMarkdown.critical(finding, warning.critical()),
              Double.isFinite(warning.etaSteps())
                  ? "in " + Figures.steps(Math.round(warning.etaSteps()))
                  : "–",
              warning.message()));
    }
    table(List.of("Incident", "Opened", "Critical", "Foretold", "Message"), rows, null);
  }

  private void unfulfilled() {
    List<Warning> others = report.unfulfilled();
    if (others.isEmpty()) {
      return;
    }
    html.append("<section>\n<h2>Warnings that no episode followed</h2>\n");
    paragraph("", "Acted upon in time, or wrong.");
    List<List<String>> rows = new ArrayList<>();
    for (Warning warning : others) {
      rows.add(
          List.of(
              Figures.count(warning.opened()),
              String.valueOf(warning.segment()),
              Prose.kind(warning),
              warning.severity().wireName(),
              warning.message()));
    }
    table(List.of("Step", "Segment", "Incident", "Severity", "Message"), rows, null);
    html.append("</section>\n");
  }

  private void actions(List<Action> actions) {
    List<List<String>> rows = new ArrayList<>();
    for (Action action : actions) {
      rows.add(
          List.of(
              Figures.count(action.step()),
              ReportMarkdown.what(action),
              action.status().replace('_', ' '),
              action.reason(),
              action.effect()));
    }
    table(List.of("Step", "Action", "Status", "Why", "Effect"), rows, null);
  }

  private void lineage() {
    if (report.segments().size() < 2) {
      return;
    }
    html.append("<section>\n<h2>Segments</h2>\n");
    List<List<String>> rows = new ArrayList<>();
    report
        .segments()
        .forEach(
            segment ->
                rows.add(
                    List.of(
                        String.valueOf(segment.index()),
                        segment.parent() < 0 ? "–" : String.valueOf(segment.parent()),
                        Figures.count(segment.fromStep()),
                        Figures.count(segment.lastStep()),
                        segment.live() ? "live" : "rolled back")));
    table(List.of("Segment", "Continues", "From step", "Last step", "State"), rows, null);
    html.append("</section>\n");
  }

  /** A table; with {@code link} the first cell leads to the section of that number. */
  private void table(List<String> names, List<List<String>> rows, String link) {
    html.append("<div class=\"scroll\"><table>\n<thead><tr>");
    names.forEach(name -> cell("th scope=\"col\"", "th", Html.text(name)));
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String text = Html.text(row.get(i));
        boolean linked = link != null && i == 0;
        cell("td", "td", linked ? "<a href=\"" + link + text + "\">" + text + "</a>" : text);
      }
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table></div>\n");
  }

  private void cell(String open, String close, String content) {
    html.append('<').append(open).append('>').append(content);
    html.append("</").append(close).append('>');
  }

  private void paragraph(String style, String text) {
    html.append("<p class=\"").append(style).append("\">").append(Html.text(text)).append("</p>\n");
  }
}
