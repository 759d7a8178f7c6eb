// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.foreshock.lab.print.TextTable;
import io.foreshock.monitor.report.Figures;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a preflight for people. It reads the JSON form, so that the answer of a monitor and the
 * answer of this command look the same.
 */
final class PreflightText {
  private PreflightText() {}

  static String of(JsonNode json) {
    JsonNode basis = json.path("basis");
    StringBuilder text = new StringBuilder();
    String verdict = json.path("verdict").asText();
    text.append(
        switch (verdict) {
          case "stable" -> "Expected to stay stable.";
          case "uncertain" -> "Uncertain.";
          case "unstable" -> "Expected to be unstable.";
          default -> "No basis for a judgement.";
        });
    if (!verdict.equals("no_basis")) {
      text.append(" The probability that the run becomes unstable is ")
          .append(
              json.path("probability").isNull()
                  ? "unknown"
                  : Figures.number(100 * json.path("probability").asDouble()) + " %")
          .append(
              ". Of %s finished runs, %s were unstable."
                  .formatted(basis.path("settled").asInt(), basis.path("lost").asInt()));
    }
    text.append('\n');
    for (JsonNode crossing : json.path("crossings")) {
      text.append(
          "  %s is expected to pass %s at step %s\n"
              .formatted(
                  crossing.path("signal").asText(),
                  number(crossing, "limit"),
                  crossing.path("step").asLong()));
    }
    if (!json.path("safe_learning_rate").isNull()) {
      String bound = json.path("safe_up_to_the_highest").asBoolean() ? "at least" : "about";
      text.append(
          "  highest safe learning rate: %s %s\n"
              .formatted(bound, number(json, "safe_learning_rate")));
    } else if (!verdict.equals("no_basis")) {
      text.append("  highest safe learning rate: unknown\n");
    }
    if (basis.path("runs").asInt() > 0) {
      text.append(
          "  basis: runs of %s to %s parameters at learning rates of %s to %s%s\n"
              .formatted(
                  number(basis, "smallest_parameters"),
                  number(basis, "largest_parameters"),
                  number(basis, "lowest_learning_rate"),
                  number(basis, "highest_learning_rate"),
                  outside(basis)));
    }
    for (JsonNode caveat : json.path("caveats")) {
      text.append("  note: ").append(caveat.asText()).append('\n');
    }
    bands(json.path("bands"), text);
    return text.toString();
  }

  private static String number(JsonNode json, String name) {
    return Figures.number(json.path(name).asDouble());
  }

  private static String outside(JsonNode basis) {
    double size = basis.path("decades_outside_size").asDouble(0);
    double rate = basis.path("decades_outside_rate").asDouble(0);
    List<String> outside = new ArrayList<>();
    if (size > 0) {
      outside.add("outside their sizes by a factor of " + Figures.number(Math.pow(10, size)));
    }
    if (rate > 0) {
      outside.add(
          "outside their learning rates by a factor of " + Figures.number(Math.pow(10, rate)));
    }
    return outside.isEmpty() ? "" : "; the new run is " + String.join(" and ", outside);
  }

  /** The expected values of each signal at about five steps. */
  private static void bands(JsonNode bands, StringBuilder text) {
    if (bands.isEmpty()) {
      return;
    }
    TextTable table = TextTable.ofNumbers("signal", "step", "expected", "95 % band");
    for (JsonNode band : bands) {
      int size = band.path("step").size();
      int every = Math.max(1, (size - 1) / 4);
      for (int i = (size - 1) % every; i < size; i += every) {
        table.row(
            band.path("signal").asText(),
            Figures.count(band.path("step").get(i).asLong()),
            Figures.number(band.path("expected").get(i).asDouble()),
            Figures.number(band.path("low").get(i).asDouble())
                + " to "
                + Figures.number(band.path("high").get(i).asDouble()));
      }
    }
    text.append('\n').append(table);
  }
}
