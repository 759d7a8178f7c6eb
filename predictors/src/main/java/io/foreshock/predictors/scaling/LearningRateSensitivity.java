// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cost of a learning rate that is not the best one, for each size of a model.
 *
 * <p><b>Definition.</b> LRS = mean over η of (min(ℓ(η), ℓ₀) − ℓ*) with ℓ(η) the final loss after
 * training at peak learning rate η, ℓ₀ the loss at initialization and ℓ* = min over η of min(ℓ(η),
 * ℓ₀); in nats. The mean is over all given learning rates, with equal weights. Several runs of one
 * size and learning rate (seeds) count as one: the mean of their losses, each capped at its own ℓ₀
 * first.
 *
 * <p><b>Edges.</b> A diverged run has loss NaN or infinity and is capped like any other. A single
 * learning rate gives 0. <b>Threads.</b> Immutable. <b>Source.</b> Wortsman et al. 2023 (arXiv
 * 2309.14322), section 2.2; its window is 3e-4 to 3e-1 in seven steps, the loss that of validation.
 *
 * @param rows one row per size, rising
 * @param caveats limits of the numbers that a reader must know, one sentence each
 */
public record LearningRateSensitivity(List<Row> rows, List<String> caveats) {
  /** Share of the initial loss; a model whose loss stays above it has learned almost nothing. */
  private static final double LEARNED = 0.9;

  /**
   * One run.
   *
   * @param parameters size, without embedding and head; above 0
   * @param learningRate peak learning rate; above 0
   * @param loss loss at the end; NaN or infinite when it diverged
   * @param initialLoss loss before training; finite, above 0
   */
  public record Run(double parameters, double learningRate, double loss, double initialLoss) {
    /** Checks the ranges. */
    public Run {
      TrendPoint.positive("parameters", parameters);
      TrendPoint.positive("learningRate", learningRate);
      TrendPoint.positive("initialLoss", initialLoss);
      if (loss < 0) {
        throw new IllegalArgumentException("loss = " + loss + ": expected at least 0");
      }
    }

    double capped() {
      return loss < initialLoss ? loss : initialLoss;
    }
  }

  /**
   * Result of the runs of one size and learning rate.
   *
   * @param learningRate peak learning rate
   * @param loss mean of their capped losses
   * @param runs number of runs
   * @param diverged number of runs that ended without a finite loss, or above their initial one
   */
  public record Cell(double learningRate, double loss, int runs, int diverged) {}

  /**
   * Result of one size.
   *
   * @param parameters the size
   * @param bestLoss ℓ*
   * @param bestLearningRate learning rate with that loss
   * @param sensitivity LRS
   * @param cells results by learning rate, rising
   */
  public record Row(
      double parameters,
      double bestLoss,
      double bestLearningRate,
      double sensitivity,
      List<Cell> cells) {

    /** Number of runs of this size that ended without a finite loss, or above their initial one. */
    public int diverged() {
      return cells.stream().mapToInt(Cell::diverged).sum();
    }
  }

  /**
   * Computes the sensitivity of each size.
   *
   * @throws IllegalArgumentException when there are no runs
   */
  public static LearningRateSensitivity of(List<Run> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no runs: expected at least one");
    }
    TreeMap<Double, TreeMap<Double, List<Run>>> sizes = new TreeMap<>();
    for (Run run : runs) {
      sizes
          .computeIfAbsent(run.parameters, size -> new TreeMap<>())
          .computeIfAbsent(run.learningRate, rate -> new ArrayList<>())
          .add(run);
    }
    List<Row> rows = new ArrayList<>();
    sizes.forEach((size, rates) -> rows.add(row(size, rates)));
    return new LearningRateSensitivity(List.copyOf(rows), caveats(rows, runs));
  }

  private static Row row(double size, Map<Double, List<Run>> rates) {
    List<Cell> cells = new ArrayList<>();
    rates.forEach(
        (rate, runs) ->
            cells.add(
                new Cell(
                    rate,
                    runs.stream().mapToDouble(Run::capped).average().orElseThrow(),
                    runs.size(),
                    (int) runs.stream().filter(run -> !(run.loss < run.initialLoss)).count())));
    Cell best = Collections.min(cells, Comparator.comparingDouble(Cell::loss));
    double mean = cells.stream().mapToDouble(Cell::loss).average().orElseThrow();
    return new Row(size, best.loss, best.learningRate, mean - best.loss, List.copyOf(cells));
  }

  private static List<String> caveats(List<Row> rows, List<Run> runs) {
    List<String> caveats = new ArrayList<>();
    if (rows.size() == 1) {
      caveats.add("there is one size only, so it is unknown how sensitivity changes with size");
    }
    List<Double> grid = rates(rows.get(0));
    if (rows.stream().anyMatch(row -> !rates(row).equals(grid))) {
      caveats.add(
          "the sizes were trained at different learning rates, so their rows cannot be compared");
    }
    for (Row row : rows) {
      addCaveats(row, runs, caveats);
    }
    return List.copyOf(caveats);
  }

  private static void addCaveats(Row row, List<Run> runs, List<String> caveats) {
    String size = String.format(Locale.ROOT, "parameters %.4g: ", row.parameters);
    double initial =
        runs.stream()
            .filter(run -> run.parameters == row.parameters)
            .mapToDouble(Run::initialLoss)
            .average()
            .orElseThrow();
    List<Double> rates = rates(row);
    if (rates.size() == 1) {
      caveats.add(size + "there is one learning rate only, so its sensitivity is 0 by definition");
    } else if (row.bestLoss > LEARNED * initial) {
      caveats.add(size + "it is bad at every learning rate, so a low sensitivity means nothing");
    } else if (row.bestLearningRate == rates.get(0)) {
      caveats.add(size + "the best learning rate is the lowest tried: move the window down");
    } else if (row.bestLearningRate == rates.get(rates.size() - 1)) {
      caveats.add(size + "the best learning rate is the highest tried: move the window up");
    }
  }

  private static List<Double> rates(Row row) {
    return row.cells.stream().map(Cell::learningRate).toList();
  }
}
