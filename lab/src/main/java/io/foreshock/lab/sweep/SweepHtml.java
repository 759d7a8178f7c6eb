// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.monitor.report.Figures;
import io.foreshock.monitor.report.Html;
import io.foreshock.monitor.report.Page;
import io.foreshock.monitor.report.Svg;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sweep as one HTML file that loads nothing else. It shows the loss against the learning
 * rate, in a panel for each variant, and the sensitivity to the learning rate.
 */
final class SweepHtml {
  private final List<CellResult> rows;
  private final List<Curve> curves;
  private final Map<String, List<Curve>> variants;
  private final List<Size> sizes;
  private final Html html = new Html();

  SweepHtml(List<CellResult> rows) {
    this.rows = rows;
    curves = Curve.of(rows);
    variants =
        curves.stream()
            .collect(
                Collectors.groupingBy(Curve::variant, LinkedHashMap::new, Collectors.toList()));
    sizes =
        curves.stream()
            .sorted(Comparator.comparing(Curve::parameters))
            .map(Curve::size)
            .distinct()
            .toList();
  }

  /** A line that describes a cell. */
  static String line(CellResult row) {
    String loss = fixed(row.measured().loss(), 4);
    return row.cell().run() + ": " + row.status().wireName() + ", loss " + loss;
  }

  String write() {
    html.markup("<header>\n").element("h1", "Sweep");
    facts();
    html.markup("</header>\n");
    if (curves.isEmpty()) {
      paragraph(
          rows.isEmpty()
              ? "No cell has ended yet. Train some with ./foreshock sweep and this directory as"
                  + " --out; then this page shows them."
              : "No cell has a loss to show, because all have failed. The reasons are in the table"
                  + " below.");
    } else {
      panels();
      sensitivities();
    }
    if (!rows.isEmpty()) {
      cells();
    }
    return Page.of("Sweep", Page.style(SweepHtml.class, "sweep.css"), html.toString());
  }

  private void facts() {
    Map<Status, Long> counts =
        rows.stream().collect(Collectors.groupingBy(CellResult::status, Collectors.counting()));
    html.markup("<dl class=\"facts\">");
    html.fact("Cells", rows.size());
    for (Status status : Status.values()) {
      html.fact(status.wireName(), counts.getOrDefault(status, 0L));
    }
    html.fact("Steps", distinct(rows.stream().map(row -> row.cell().steps()).toList()));
    html.fact("Tokens", Figures.count(rows.stream().mapToLong(r -> zero(r.cost().tokens())).sum()));
    html.fact(
        "FLOPs", Figures.number(rows.stream().mapToDouble(r -> zero(r.cost().flops())).sum()));
    double seconds = rows.stream().mapToDouble(row -> zero(row.cost().seconds())).sum();
    html.fact("Core minutes", Figures.fixed(seconds / 60, 1));
    html.markup("</dl>\n");
  }

  private static String distinct(Collection<Long> values) {
    return new TreeSet<>(values).stream().map(Figures::count).collect(Collectors.joining(", "));
  }

  private void panels() {
    LossPanel panel = new LossPanel(curves, sizes);
    html.markup("<section>\n").element("h2", "Loss against learning rate");
    html.markup("<p class=\"legend\">Parameters without embedding and head: ");
    for (int i = 0; i < sizes.size(); i++) {
      html.markup("<span><b class=\"" + Svg.series(i) + "\"></b>");
      html.markup(Html.text(parameters(sizes.get(i)) + " (" + sizes.get(i).text() + ")"));
      html.markup("</span> ");
    }
    html.markup("</p>\n<div class=\"panels\">\n");
    variants.forEach(
        (variant, some) ->
            html.markup("<figure>")
                .element("figcaption", variant)
                .markup(panel.svg(variant, some))
                .markup("</figure>\n"));
    html.markup("</div>\n");
    paragraph(
        "Each line is a size and passes through the means over the seeds. Each point is a cell; ✕"
            + " marks a cell that diverged. A loss is the mean over the last 5 % of the run. A loss"
            + " that is not finite or above the initial loss is drawn at the initial loss.");
    html.markup("</section>\n");
  }

  private String parameters(Size size) {
    List<Long> values =
        curves.stream().filter(c -> c.size().equals(size)).map(Curve::parameters).toList();
    // the number of the first variant; variants with qk-layernorm have a few parameters more
    return Figures.count(values.get(0));
  }

  private void sensitivities() {
    int most = (int) rows.stream().map(row -> row.cell().learningRate()).distinct().count();
    List<Curve> bySize =
        sizes.stream()
            .flatMap(size -> curves.stream().filter(curve -> curve.size().equals(size)))
            .toList();
    html.markup("<section>\n").element("h2", "Sensitivity to the learning rate");
    html.table(
        "Parameters|Layers x width x heads|Variant|Lowest loss, nats/token|at learning rate"
            + "|LR sensitivity, nats/token|Learning rates",
        bySize,
        curve -> {
          LearningRateSensitivity.Row row = curve.sensitivity();
          return List.of(
              Figures.count(curve.parameters()),
              curve.size().text(),
              curve.variant(),
              Figures.fixed(row.bestLoss(), 4),
              Cell.text(row.bestLearningRate()),
              row.cells().size() < 2 ? Figures.NONE : Figures.fixed(row.sensitivity(), 4),
              row.cells().size() + " of " + most);
        });
    paragraph(
        "LR sensitivity is the mean over the learning rates of min(loss, initial loss) − lowest loss"
            + " (Wortsman et al. 2023, §2.2). A model that is equally bad at every learning rate has"
            + " a sensitivity of 0, so look at the curves too. Compare only values over the same"
            + " learning rates.");
    variants.forEach(
        (variant, some) ->
            Curve.caveats(some).forEach(caveat -> paragraph(variant + ": " + caveat + ".")));
    html.markup("</section>\n");
  }

  private void cells() {
    html.markup("<details><summary>All cells</summary>\n");
    html.table(
        "Run|Status|Initial loss, nats/token|Loss, nats/token|Attention logit of block 0"
            + "|Largest attention logit|Gradient RMS of block 0|Seconds|Message",
        rows,
        row ->
            List.of(
                row.cell().run(),
                row.status().wireName(),
                fixed(row.measured().initialLoss(), 4),
                fixed(row.measured().loss(), 4),
                measured(row.measured().attentionLogitMax()),
                measured(row.measured().attentionLogitMaxRun()),
                measured(row.measured().gradRms()),
                fixed(row.cost().seconds(), 1),
                row.message() == null ? "" : row.message()));
    html.markup("</details>\n");
  }

  private void paragraph(String text) {
    html.paragraph("story", text);
  }

  private static String measured(@Nullable Double value) {
    return value == null ? Figures.NONE : Figures.measured(value);
  }

  private static String fixed(@Nullable Double value, int decimals) {
    return value == null || !Double.isFinite(value)
        ? measured(value)
        : Figures.fixed(value, decimals);
  }

  private static long zero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static double zero(@Nullable Double value) {
    return value == null ? 0 : value;
  }
}
