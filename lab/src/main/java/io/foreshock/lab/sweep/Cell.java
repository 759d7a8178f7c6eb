// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import io.foreshock.lab.runner.Job;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * One training run of a sweep.
 *
 * @param variant name of its variant
 * @param learningRate peak learning rate
 * @param steps planned optimizer steps
 * @param options options of {@code train} in addition to those of the grid; {@code --context=} and
 *     {@code --batch=} are among them
 */
record Cell(
    String variant, Size size, double learningRate, long seed, long steps, List<String> options)
    implements Job {
  // measured on one core of a small virtual machine: the fixed cost of each step and of each layer,
  // and the operations per second of larger models
  private static final double STEP_SECONDS = 4e-3;
  private static final double LAYER_SECONDS = 2e-3;
  private static final double FLOPS_A_SECOND = 3e10;

  Cell {
    options = List.copyOf(options);
  }

  /** A learning rate without exponent and trailing zeros: 3e-4 is 0.0003. */
  static String text(double rate) {
    return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
  }

  @Override
  public String run() {
    return variant + "-" + size.text() + "-lr" + text(learningRate) + "-s" + seed;
  }

  @Override
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("--run=" + run());
    arguments.add("--seed=" + seed);
    arguments.add("--layers=" + size.layers());
    arguments.add("--heads=" + size.heads());
    arguments.add("--width=" + size.width());
    arguments.add("--learning-rate=" + text(learningRate));
    arguments.add("--total-steps=" + steps);
    arguments.addAll(options);
    return arguments;
  }

  /** Planned tokens. */
  long tokens() {
    return steps * number("context") * number("batch");
  }

  /** Planned floating-point operations; see {@link Flops}. */
  double flops() {
    return size.flopsPerToken(number("context")) * tokens();
  }

  /** Estimated time on one core of a small machine, seconds, within a factor of two. */
  @Override
  public double seconds() {
    return steps * (STEP_SECONDS + LAYER_SECONDS * size.layers()) + flops() / FLOPS_A_SECOND;
  }

  private long number(String option) {
    String prefix = "--" + option + "=";
    String value = options.stream().filter(o -> o.startsWith(prefix)).findFirst().orElseThrow();
    try {
      long number = Long.parseLong(value.substring(prefix.length()));
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below, together with numbers that are not positive
    }
    throw new IllegalArgumentException(value + ": expected an integer of at least 1");
  }
}
