// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.util.Locale;
import java.util.Random;

/** Telemetry of made-up runs, the same for the same seed. */
public final class Telemetry {
  private static final long START_NANOS = 1_760_000_000_000_000_000L;
  private static final long STEP_NANOS = 100_000_000L;

  private Telemetry() {}

  /** Healthy steps: a falling loss with a little noise. */
  public static String steps(String run, int from, int to) {
    Random random = new Random(42);
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      double noise = random.nextGaussian() * 0.01;
      lines.append(step(run, step, 2 + 2 * Math.exp(-step / 200.0) + noise, 1 + noise * 5));
    }
    return lines.toString();
  }

  /** One step of a segment that started with the run. */
  public static String step(String run, int step, double loss, double gradNorm) {
    return step(run, step, loss, gradNorm, START_NANOS + step * STEP_NANOS);
  }

  /** One step at a time of its own. */
  public static String step(String run, int step, double loss, double gradNorm, long timeNanos) {
    return String.format(
        Locale.ROOT,
        "train_step,run=%s step=%di,loss=%s,grad_norm=%s,batch=%di,nonfinite=0i %d%n",
        run.replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\="),
        step,
        loss,
        gradNorm,
        step - 1,
        timeNanos);
  }
}
