// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.predictors.scaling.LearningRateSensitivity;
import io.foreshock.predictors.scaling.LearningRateSensitivity.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One variant's loss against the learning rate at one size.
 *
 * @param sensitivity its losses by learning rate, each at most the initial loss, and the
 *     sensitivity
 * @param rows the cells, all of which have a loss
 */
record Curve(
    String variant, Size size, LearningRateSensitivity.Row sensitivity, List<CellResult> rows) {
  /** The curves of a sweep, in the order of its rows. Cells without a loss are left out. */
  static List<Curve> of(List<CellResult> rows) {
    Map<List<Object>, List<CellResult>> groups = new LinkedHashMap<>();
    for (CellResult row : rows) {
      if (row.losses().isPresent()) {
        List<Object> key = List.of(row.cell().variant(), row.cell().size());
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
      }
    }
    List<Curve> curves = new ArrayList<>();
    for (List<CellResult> group : groups.values()) {
      Cell first = group.get(0).cell();
      LearningRateSensitivity.Row row = LearningRateSensitivity.of(runs(group)).rows().get(0);
      curves.add(new Curve(first.variant(), first.size(), row, group));
    }
    return curves;
  }

  /** Sentences that a reader of one variant's sensitivities has to know. */
  static List<String> caveats(List<Curve> curves) {
    return LearningRateSensitivity.of(
            curves.stream().flatMap(curve -> runs(curve.rows).stream()).toList())
        .caveats();
  }

  /** Parameters without embedding and head. */
  long parameters() {
    return (long) sensitivity.parameters();
  }

  private static List<Run> runs(List<CellResult> rows) {
    // all cells of one size get the same number, also when only some sent their parameters
    CellResult first = rows.get(0);
    Long sent = first.cost().parameters();
    double parameters = sent == null ? first.cell().size().parameters() : sent;
    List<Run> runs = new ArrayList<>();
    for (CellResult row : rows) {
      CellResult.Losses losses = row.losses().orElseThrow();
      runs.add(new Run(parameters, row.cell().learningRate(), losses.last(), losses.initial()));
    }
    return runs;
  }
}
