// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a sweep consists of: parsed by picocli, checked by {@link #grid()}. */
final class SweepOptions {
  private static final int MOST_CELLS = 100_000;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "LxW[xH]",
      description = "layers x width, and heads (default: one a width of 16), as 2x32,4x128")
  private List<String> sizes = List.of();

  @Option(
      names = "--scaling",
      paramLabel = "joint|depth|width",
      description =
          "instead of --sizes: joint 2x32 2x64 3x96 4x128 …, depth 1x64 2x64 5x64 12x64 …, width"
              + " 3x32 3x64 3x96 3x128 … (default: joint)")
  private Scaling scaling;

  @Option(
      names = "--size-count",
      paramLabel = "N",
      description = "how many of --scaling, the smallest first (default: 4)")
  private Integer sizeCount;

  @Option(
      names = "--learning-rates",
      split = ",",
      paramLabel = "RATE",
      description = "peak rates (default: ${DEFAULT-VALUE})",
      defaultValue = "3e-4,1e-3,3e-3,1e-2,3e-2,1e-1,3e-1")
  private List<Double> rates;

  @Option(
      names = "--variant",
      paramLabel = "NAME:OPTIONS",
      description =
          "a way to train, with options of train, as qk:\"--qk-layernorm\"; may be repeated"
              + " (default: one, base, with none)")
  private List<String> variants = List.of("base:");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "runs of each, with seeds from 1 up (default: ${DEFAULT-VALUE})")
  private int seeds = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "optimizer steps of each run (default: ${DEFAULT-VALUE})")
  private long steps = 1000;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "text to train on (default: that of train)")
  private Path text;

  @Parameters(
      paramLabel = "TRAIN-OPTION",
      description =
          "after --: options of train for every run, as -- --batch=16; a variant's take their"
              + " places. Unlike train: 64 tokens a sequence, 8 sequences a step, a warm-up over"
              + " 5 %% of the run")
  private List<String> trainOptions = List.of();

  /**
   * The grid they describe.
   *
   * @throws IllegalArgumentException with what is wrong: name, value, expectation
   */
  Grid grid() {
    require(seeds >= 1, "--seeds = " + seeds + ": expected at least 1");
    require(steps >= 1, "--steps = " + steps + ": expected at least 1");
    require(
        text == null || Files.isReadable(text),
        "--text = " + text + ": expected a file that can be read");
    for (double rate : rates) {
      require(rate > 0 && rate < 1e6, "--learning-rates: " + rate + ": expected numbers above 0");
    }
    unique("--learning-rates", rates);
    List<Size> shapes = shapes();
    unique("--sizes", shapes.stream().map(Size::text).toList());
    List<Variant> ways = variants.stream().map(Variant::parse).toList();
    unique("--variant", ways.stream().map(Variant::name).toList());
    TrainOptions common = TrainOptions.parse("options after --", trainOptions);
    if (text != null) {
      common = common.with("--text=" + text.toAbsolutePath());
    }
    long cells = (long) ways.size() * shapes.size() * rates.size() * seeds;
    require(cells <= MOST_CELLS, cells + " cells: expected at most " + MOST_CELLS);
    Grid grid = new Grid(ways, shapes, rates, seeds, steps, common);
    grid.cells().forEach(Cell::flops); // finds what is wrong with --batch and --context
    return grid;
  }

  /** These options as the arguments that give them, whatever their defaults will be. */
  List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--sizes=" + String.join(",", shapes().stream().map(Size::text).toList()));
    arguments.add("--learning-rates=" + String.join(",", rates.stream().map(Cell::text).toList()));
    variants.forEach(variant -> arguments.add("--variant=" + variant));
    arguments.add("--seeds=" + seeds);
    arguments.add("--steps=" + steps);
    if (text != null) {
      arguments.add("--text=" + text.toAbsolutePath());
    }
    arguments.addAll(List.of(more));
    if (!trainOptions.isEmpty()) {
      arguments.add("--");
      arguments.addAll(trainOptions);
    }
    return arguments;
  }

  private List<Size> shapes() {
    if (!sizes.isEmpty()) {
      require(
          scaling == null && sizeCount == null,
          "--sizes = " + String.join(",", sizes) + ": expected without --scaling, --size-count");
      return sizes.stream().map(SweepOptions::size).toList();
    }
    Scaling by = scaling == null ? Scaling.JOINT : scaling;
    int count = sizeCount == null ? 4 : sizeCount;
    require(
        count >= 1 && count <= by.most(),
        "--size-count = " + count + ": expected 1 to " + by.most());
    return by.sizes(count);
  }

  private static Size size(String text) {
    try {
      return Size.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--sizes: " + e.getMessage(), e);
    }
  }

  private static void unique(String option, List<?> values) {
    Set<Object> seen = new HashSet<>();
    for (Object value : values) {
      require(seen.add(value), option + ": " + value + " is given twice");
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
