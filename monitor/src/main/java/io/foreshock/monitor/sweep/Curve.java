// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.sweep;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One variant's loss against the learning rate at one size: of every rate the mean over its seeds,
 * no loss above the initial one.
 *
 * @param parameters without embedding and head; estimated where no cell told them
 * @param rows that have a loss
 * @param losses by learning rate, nats a token
 */
record Curve(
    String variant, Size size, long parameters, List<Row> rows, SortedMap<Double, Double> losses) {
  /** The curves of a sweep, in the order of its rows; failed cells are left out. */
  static List<Curve> of(List<Row> rows) {
    Map<List<Object>, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      if (!Double.isNaN(row.cappedLoss())) {
        List<Object> key = List.of(row.cell().variant(), row.cell().size());
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
      }
    }
    return groups.values().stream().map(Curve::ofOne).toList();
  }

  private static Curve ofOne(List<Row> rows) {
    SortedMap<Double, List<Row>> byRate = new TreeMap<>();
    for (Row row : rows) {
      byRate.computeIfAbsent(row.cell().learningRate(), rate -> new ArrayList<>()).add(row);
    }
    SortedMap<Double, Double> losses = new TreeMap<>();
    byRate.forEach((rate, some) -> losses.put(rate, mean(some)));
    Row first = rows.get(0);
    Size size = first.cell().size();
    long parameters = first.parameters() == null ? size.parameters() : first.parameters();
    return new Curve(first.cell().variant(), size, parameters, rows, losses);
  }

  private static double mean(List<Row> rows) {
    return rows.stream().mapToDouble(Row::cappedLoss).average().orElseThrow();
  }

  /** The rate of the lowest loss; the smallest of equals. */
  double bestRate() {
    double best = losses.firstKey();
    for (Map.Entry<Double, Double> at : losses.entrySet()) {
      best = at.getValue() < losses.get(best) ? at.getKey() : best;
    }
    return best;
  }

  double bestLoss() {
    return losses.get(bestRate());
  }

  /**
   * Learning-rate sensitivity, nats a token: mean over the rates of min(loss, initial loss) − the
   * lowest of them. 0 where all are equally good, and where all are equally bad.
   *
   * <p><b>Source.</b> Wortsman et al. 2023 (arXiv 2309.14322), §2.2, there over seven rates from
   * 3e-4 to 3e-1.
   */
  double sensitivity() {
    double best = bestLoss();
    return losses.values().stream().mapToDouble(loss -> loss - best).average().orElseThrow();
  }
}
