// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.report;

import io.foreshock.predictors.postmortem.Episode;
import io.foreshock.predictors.postmortem.FirstMove;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

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
    events();
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
        "#|Class|Start, step|Peak, step|End, step|Cost, steps|Loss before, nats/token|Peak loss"
            + "|Moved first|First warning",
        report.findings(),
        ReportMarkdown::cells,
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
      html.table(
          "Signal|When|Step|Way|Usual level|Half-widths outside its band",
          episode.origin().movers().stream().limit(MOVERS).toList(),
          move ->
              List.of(
                  Prose.name(move),
                  Prose.lead(move.leadSteps()),
                  Figures.count(move.step()),
                  move.rising() ? "up" : "down",
                  Figures.measured(move.usual()) + Prose.unit(move.signal()),
                  Figures.measured(move.score())));
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
    html.markup(
        """
        <figcaption>Steps relative to the onset at step %s. \
        <b class="key onset">│</b> onset, <b class="key first">┆</b> what moved first, \
        <b class="key critical">▼</b> critical, <b class="key warning">▼</b> warning, \
        <b class="key action">▼</b> action, <b class="key">✕</b> not finite. \
        Strong: the whole step’s, or the layer that moved first; pale: other layers%s.</figcaption>
        </figure>
        """
            .formatted(
                Figures.count(episode.start()),
                episode.rolledBack() ? "; dashed: after the rollback" : ""));
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
      String kind = Prose.kind(warning);
      long opened = warning.steps().opened();
      OptionalLong critical = warning.steps().critical();
      marks.add(new Plot.Mark("warning", opened, kind + ", step " + opened));
      critical.ifPresent(
          at -> marks.add(new Plot.Mark("critical", at, kind + " critical, step " + at)));
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
    html.table(
        "Incident|Opened|Critical|Predicted|Message",
        finding.known(),
        warning ->
            List.of(
                Prose.kind(warning),
                Prose.lead(Prose.lead(finding, warning)),
                ReportMarkdown.critical(finding, warning.steps().critical()),
                Double.isFinite(warning.expected().etaSteps())
                    ? "in " + Figures.steps(Math.round(warning.expected().etaSteps()))
                    : "–",
                warning.message()));
  }

  private void unfulfilled() {
    List<Warning> others = report.unfulfilled();
    if (others.isEmpty()) {
      return;
    }
    html.markup("<section>\n").element("h2", "Warnings that no episode followed");
    html.paragraph("", "Acted upon in time, about something else than the loss, or wrong.");
    html.table(
        "Step|Segment|Incident|Severity|Message",
        others,
        warning ->
            List.of(
                Figures.count(warning.steps().opened()),
                String.valueOf(warning.segment()),
                Prose.kind(warning),
                warning.severity().wireName(),
                warning.message()));
    html.markup("</section>\n");
  }

  private void actions(List<Action> actions) {
    html.table(
        "Step|Action|Status|Why|Effect",
        actions,
        action ->
            List.of(
                Figures.count(action.step()),
                ReportMarkdown.what(action),
                action.status().replace('_', ' '),
                action.reason(),
                action.effect()));
  }

  private void events() {
    if (report.events().isEmpty()) {
      return;
    }
    html.markup("<section>\n").element("h2", "Events");
    html.table(
        "Step|Segment|Time|Event|Told by|Text",
        report.events(),
        event ->
            List.of(
                Figures.count(event.path("step").asLong()),
                event.path("segment").asText(),
                event.path("time").asText(),
                ReportMarkdown.event(event),
                event.path("source").asText(),
                event.path("text").isNull() ? "–" : event.path("text").asText()));
    html.markup("</section>\n");
  }

  private void lineage() {
    if (report.segments().size() < 2) {
      return;
    }
    html.markup("<section>\n").element("h2", "Segments");
    html.table(
        "Segment|Continues|From step|Last step|State",
        report.segments(),
        segment ->
            List.of(
                String.valueOf(segment.index()),
                segment.parent() < 0 ? "–" : String.valueOf(segment.parent()),
                Figures.count(segment.fromStep()),
                Figures.count(segment.lastStep()),
                segment.live() ? "live" : "rolled back"));
    html.markup("</section>\n");
  }
}
