// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import java.util.ArrayList;
import java.util.List;

/**
 * A report as one HTML file that loads nothing: without scripts, with one style sheet, with plots
 * as SVG.
 *
 * <p>It is light or dark like the reader's system, and prints without its links. Every text from
 * outside is escaped.
 */
final class ReportHtml {
  private static final int MOVERS = 12;

  private final RunReport report;
  private final Html html = new Html();

  ReportHtml(RunReport report) {
    this.report = report;
  }

  String write() {
    head();
    overview();
    report.findings().forEach(this::section);
    unfulfilled();
    if (!report.actions().isEmpty()) {
      html.markup("<section>\n").element("h2", "All actions");
      actions(report.actions());
      html.markup("</section>\n");
    }
    lineage();
    return Page.of("Post-mortem of " + report.run(), "", html.toString());
  }

  private void head() {
    html.markup("<header>\n<h1>Post-mortem of <span class=\"run\">");
    html.markup(Html.text(report.run())).markup("</span></h1>\n");
    html.paragraph("summary", Prose.summary(report)).markup("<dl class=\"facts\">");
    html.fact("Newest step", Figures.count(report.lastStep()));
    html.fact("Losses read", Figures.count(report.samples()));
    html.fact("Segments", Figures.count(report.segments().size()));
    report
        .configuration()
        .fields()
        .forEach((name, value) -> html.fact(name.replace('_', ' '), value));
    html.markup("</dl>\n</header>\n");
  }

  private void overview() {
    if (report.findings().isEmpty()) {
      return;
    }
    html.markup("<section>\n").element("h2", "Episodes");
    html.table(
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
        report.findings().stream().map(ReportMarkdown::cells).toList(),
        "#episode-");
    html.markup("</section>\n");
  }

  private void section(Finding finding) {
    Episode episode = finding.episode();
    html.markup("<section id=\"episode-" + finding.number() + "\" class=\"episode\">\n");
    html.element("h2", Prose.title(finding));
    html.paragraph("story", String.join(" ", Prose.story(finding)));
    plots(finding);
    if (!episode.origin().movers().isEmpty()) {
      html.element("h3", "What moved, and when");
      List<List<String>> rows = new ArrayList<>();
      for (FirstMove move : episode.origin().movers().stream().limit(MOVERS).toList()) {
        rows.add(
            List.of(
                Prose.name(move),
                Prose.lead(move.leadSteps()),
                Figures.count(move.step()),
                move.rising() ? "up" : "down",
                Figures.measured(move.usual()) + Prose.unit(move.signal()),
                Figures.measured(move.score())));
      }
      html.table(
          List.of("Signal", "When", "Step", "Way", "Usual level", "Half-widths outside its band"),
          rows);
    }
    known(finding);
    if (!finding.actions().isEmpty()) {
      html.element("h3", "What was done");
      actions(finding.actions());
    }
    html.markup("</section>\n");
  }

  private void plots(Finding finding) {
    if (finding.panels().isEmpty()) {
      return;
    }
    Episode episode = finding.episode();
    List<Plot.Mark> marks = marks(finding);
    html.markup("<figure>\n");
    for (Panel panel : finding.panels()) {
      html.markup(
          new Plot(panel, episode.start(), Panels.from(episode), Panels.to(episode)).svg(marks));
    }
    html.markup("<figcaption>Steps relative to the onset at step ");
    html.markup(Figures.count(episode.start())).markup(". <b class=\"key onset\">│</b> onset");
    html.markup(", <b class=\"key first\">┆</b> what moved first, ");
    html.markup("<b class=\"key critical\">▼</b> critical, ");
    html.markup("<b class=\"key warning\">▼</b> warning, ");
    html.markup("<b class=\"key action\">▼</b> action, <b class=\"key\">✕</b> not finite");
    html.markup(". Strong: the whole step’s, or the layer that moved first; pale: other layers");
    html.markup(
        episode.rolledBack() ? "; dashed: after the rollback.</figcaption>\n" : ".</figcaption>\n");
    html.markup("</figure>\n");
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
              "warning",
              warning.steps().opened(),
              Prose.kind(warning) + ", step " + warning.steps().opened()));
      warning
          .steps()
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
    html.element("h3", "What was known when");
    List<List<String>> rows = new ArrayList<>();
    for (Warning warning : finding.known()) {
      rows.add(
          List.of(
              Prose.kind(warning),
              Prose.lead(Prose.lead(finding, warning)),
              ReportMarkdown.critical(finding, warning.steps().critical()),
              Double.isFinite(warning.expected().etaSteps())
                  ? "in " + Figures.steps(Math.round(warning.expected().etaSteps()))
                  : "–",
              warning.message()));
    }
    html.table(List.of("Incident", "Opened", "Critical", "Predicted", "Message"), rows);
  }

  private void unfulfilled() {
    List<Warning> others = report.unfulfilled();
    if (others.isEmpty()) {
      return;
    }
    html.markup("<section>\n").element("h2", "Warnings that no episode followed");
    html.paragraph("", "Acted upon in time, or wrong.");
    List<List<String>> rows = new ArrayList<>();
    for (Warning warning : others) {
      rows.add(
          List.of(
              Figures.count(warning.steps().opened()),
              String.valueOf(warning.segment()),
              Prose.kind(warning),
              warning.severity().wireName(),
              warning.message()));
    }
    html.table(List.of("Step", "Segment", "Incident", "Severity", "Message"), rows);
    html.markup("</section>\n");
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
    html.table(List.of("Step", "Action", "Status", "Why", "Effect"), rows);
  }

  private void lineage() {
    if (report.segments().size() < 2) {
      return;
    }
    html.markup("<section>\n").element("h2", "Segments");
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
    html.table(List.of("Segment", "Continues", "From step", "Last step", "State"), rows);
    html.markup("</section>\n");
  }
}
