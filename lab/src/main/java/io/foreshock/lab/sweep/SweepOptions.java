// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that describe the grid of a sweep. {@link #grid()} checks them. */
final class SweepOptions {
  private static final int MOST_CELLS = 100_000;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "LxW[xH]",
      description =
          "Sizes of the models, separated by commas, such as 2x32,4x128: layers x width, and"
              + " optionally the number of heads. Default of the heads: width / 16. Default of the"
              + " sizes: see --scaling.")
  private List<String> sizes = List.of();

  @Option(
      names = "--scaling",
      paramLabel = "joint|depth|width",
      description =
          "Series of sizes to use instead of --sizes. joint: 2x32 2x64 3x96 4x128 …; depth: 1x64 2x64"
              + " 5x64 12x64 …; width: 3x32 3x64 3x96 3x128 …. Default: joint.")
  private @Nullable Scaling scaling;

  @Option(
      names = "--size-count",
      paramLabel = "N",
      description = "Number of sizes of --scaling to use, the smallest first. Default: 4.")
  private @Nullable Integer sizeCount;

  @Option(
      names = "--learning-rates",
      split = ",",
      paramLabel = "RATE",
      description = "Peak learning rates, separated by commas. Default: ${DEFAULT-VALUE}.",
      defaultValue = "3e-4,1e-3,3e-3,1e-2,3e-2,1e-1,3e-1")
  private List<Double> rates = List.of();

  @Option(
      names = "--variant",
      paramLabel = "NAME:OPTIONS",
      description =
          "Variant to train: a name and the options of train that belong to it, such as"
              + " qk:\"--qk-layernorm\". May be repeated. Default: base: (no options).")
  private List<String> variants = List.of("base:");

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Number of runs with different random seeds (1, 2, …) for each combination. Default:"
              + " ${DEFAULT-VALUE}.")
  private int seeds = 1;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Optimizer steps of each run. Default: ${DEFAULT-VALUE}.")
  private long steps = 1000;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Text file to train on. Default: the default of train.")
  private @Nullable Path text;

  @Parameters(
      paramLabel = "TRAIN-OPTION",
      description =
          "Options of train for every run, written after --, such as -- --batch=16. Options of a"
              + " variant override them. Defaults that differ from train: 64 tokens per sequence, 8"
              + " sequences per step, a warm-up over 5 %% of the run.")
  private List<String> trainOptions = List.of();

  /**
   * The grid that the options describe.
   *
   * @throws IllegalArgumentException when an option is wrong; the message has its name, its value
   *     and what is expected
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
    require(
        cells <= MOST_CELLS, "the grid has " + cells + " cells: expected at most " + MOST_CELLS);
    Grid grid = new Grid(ways, shapes, rates, seeds, steps, common);
    grid.cells().forEach(Cell::flops); // checks --batch and --context
    return grid;
  }

  /** The arguments that give these options, also where they are equal to the defaults. */
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
          "--sizes = " + String.join(",", sizes) + ": expected without --scaling and --size-count");
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
      require(seen.add(value), option + ": expected different values, found " + value + " twice");
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
