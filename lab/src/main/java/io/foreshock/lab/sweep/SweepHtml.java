// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.monitor.report.Html;
import io.foreshock.monitor.report.Page;
import io.foreshock.predictors.scaling.LearningRateSensitivity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A sweep as one HTML file that loads nothing: curves of the loss against the learning rate, a
 * panel a variant, and the sensitivity to the rate.
 */
final class SweepHtml {
  /** Of sizes; more of them begin again. */
  static final int COLOURS = 8;

  private final List<Row> rows;
  private final List<Curve> curves;
  private final Map<String, List<Curve>> variants;
  private final List<Size> sizes;
  private final StringBuilder html = new StringBuilder();

  SweepHtml(List<Row> rows) {
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

  /** A cell in a line. */
  static String told(Row row) {
    return String.format(
        Locale.ROOT,
        "%s: %s, loss %s",
        row.cell().run(),
        row.status().wireName(),
        figure("%.4f", row.loss()));
  }

  String write() {
    html.append("<header>\n<h1>Sweep</h1>\n");
    facts();
    html.append("</header>\n");
    if (curves.isEmpty()) {
      paragraph(
          rows.isEmpty()
              ? "No cell has ended yet. Train with ./foreshock sweep --out and this directory; what"
                  + " is there by then shows here."
              : "No cell has a loss to show: all have failed. Why is told below.");
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
        rows.stream().collect(Collectors.groupingBy(Row::status, Collectors.counting()));
    html.append("<dl class=\"facts\">");
    fact("Cells", rows.size());
    for (Status status : Status.values()) {
      fact(status.wireName(), counts.getOrDefault(status, 0L));
    }
    fact("Steps", distinct(rows.stream().map(row -> row.cell().steps()).toList()));
    fact("Tokens", format("%,d", rows.stream().mapToLong(r -> zero(r.tokens())).sum()));
    fact("FLOPs", format("%.2e", rows.stream().mapToDouble(r -> zero(r.flops())).sum()));
    double seconds = rows.stream().mapToDouble(row -> zero(row.seconds())).sum();
    fact("Core minutes", format("%.1f", seconds / 60));
    html.append("</dl>\n");
  }

  private static String distinct(Collection<Long> values) {
    return new TreeSet<>(values)
        .stream().map(value -> format("%,d", value)).collect(Collectors.joining(", "));
  }

  private void panels() {
    LossPanel panel = new LossPanel(curves, sizes);
    html.append("<section>\n<h2>Loss against learning rate</h2>\n<p class=\"legend\">");
    html.append("Parameters without embedding and head: ");
    for (int i = 0; i < sizes.size(); i++) {
      html.append("<span class=\"size").append(i % COLOURS).append("\"><b></b>");
      html.append(Html.text(parameters(sizes.get(i)) + " (" + sizes.get(i).text() + ")"));
      html.append("</span> ");
    }
    html.append("</p>\n<div class=\"panels\">\n");
    variants.forEach(
        (variant, some) -> {
          html.append("<figure><figcaption>").append(Html.text(variant)).append("</figcaption>");
          html.append(panel.svg(variant, some)).append("</figure>\n");
        });
    html.append("</div>\n");
    paragraph(
        "A line a size, through the mean over seeds; a point a cell, ✕ where it diverged. Losses are"
            + " means over the last 5 % of the run; one that is not finite, or above the initial"
            + " loss, is drawn at the initial loss.");
    html.append("</section>\n");
  }

  private String parameters(Size size) {
    List<Long> values =
        curves.stream().filter(c -> c.size().equals(size)).map(Curve::parameters).toList();
    // those of the first variant: norms of queries and keys make a few more
    return format("%,d", values.get(0));
  }

  private void sensitivities() {
    int most = (int) rows.stream().map(row -> row.cell().learningRate()).distinct().count();
    List<List<String>> table = new ArrayList<>();
    for (Size size : sizes) {
      for (Curve curve : curves) {
        LearningRateSensitivity.Row row = curve.sensitivity();
        if (curve.size().equals(size)) {
          table.add(
              List.of(
                  format("%,d", curve.parameters()),
                  size.text(),
                  curve.variant(),
                  format("%.4f", row.bestLoss()),
                  Cell.text(row.bestLearningRate()),
                  row.cells().size() < 2 ? "–" : format("%.4f", row.sensitivity()),
                  row.cells().size() + " of " + most));
        }
      }
    }
    html.append("<section>\n<h2>Sensitivity to the learning rate</h2>\n");
    table(
        List.of(
            "Parameters",
            "Layers x width x heads",
            "Variant",
            "Lowest loss, nats/token",
            "at rate",
            "LR sensitivity, nats/token",
            "Rates"),
        table);
    paragraph(
        "LR sensitivity: mean over the rates of min(loss, initial loss) − lowest loss (Wortsman et"
            + " al. 2023, §2.2). A model that is equally bad at every rate has 0: see the curves."
            + " Compare only values over the same rates.");
    variants.forEach(
        (variant, some) ->
            Curve.caveats(some).forEach(caveat -> paragraph(variant + ": " + caveat + ".")));
    html.append("</section>\n");
  }

  private void cells() {
    html.append("<details><summary>All cells</summary>\n");
    List<List<String>> table = new ArrayList<>();
    for (Row row : rows) {
      table.add(
          List.of(
              row.cell().run(),
              row.status().wireName(),
              figure("%.4f", row.initialLoss()),
              figure("%.4f", row.loss()),
              figure("%.4g", row.attentionLogitMax()),
              figure("%.4g", row.attentionLogitMaxRun()),
              figure("%.2e", row.gradRms()),
              figure("%.1f", row.seconds()),
              row.message() == null ? "" : row.message()));
    }
    table(
        List.of(
            "Run",
            "Status",
            "Initial loss, nats/token",
            "Loss, nats/token",
            "Attention logit of block 0",
            "Largest attention logit",
            "Gradient RMS of block 0",
            "Seconds",
            "Message"),
        table);
    html.append("</details>\n");
  }

  private void table(List<String> names, List<List<String>> lines) {
    html.append("<div class=\"scroll\"><table>\n<thead><tr>");
    names.forEach(n -> html.append("<th scope=\"col\">").append(Html.text(n)).append("</th>"));
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> line : lines) {
      html.append("<tr>");
      line.forEach(text -> html.append("<td>").append(Html.text(text)).append("</td>"));
      html.append("</tr>\n");
    }
    html.append("</tbody>\n</table></div>\n");
  }

  private void fact(String name, Object value) {
    html.append("<div><dt>").append(Html.text(name)).append("</dt><dd>");
    html.append(Html.text(String.valueOf(value))).append("</dd></div>");
  }

  private void paragraph(String text) {
    html.append("<p class=\"story\">").append(Html.text(text)).append("</p>\n");
  }

  private static String figure(String form, Double value) {
    return value == null ? "–" : Double.isFinite(value) ? format(form, value) : "not finite";
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  private static long zero(Long value) {
    return value == null ? 0 : value;
  }

  private static double zero(Double value) {
    return value == null ? 0 : value;
  }
}
