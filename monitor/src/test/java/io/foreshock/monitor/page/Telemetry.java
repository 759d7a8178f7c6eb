// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.page;

import java.util.Locale;

/** Lines of runs for the tests of the page; the first ones are five minutes old. */
final class Telemetry {
  private static final int LAYERS = 4;
  private static final int GROWING_LAYER = 2;
  private static final double GROWTH = 0.035;
  private static final long AGE_NANOS = 300_000_000_000L;

  private Telemetry() {}

  /** Attention logits that grow by 3.5 % a step in layer 2. */
  static String growing(String run, int from, int to) {
    return lines(run, from, to, to, 0);
  }

  /** As {@link #growing(String, int, int)}, but {@code seconds} later. */
  static String growing(String run, int from, int to, int seconds) {
    return lines(run, from, to, to, seconds);
  }

  /** Attention logits that grow until a step and are as in the other layers from then on. */
  static String settling(String run, int growsTo, int to) {
    return lines(run, 1, to, growsTo, 0);
  }

  /** Nothing that an alarm would be about. */
  static String calm(String run, int to) {
    return lines(run, 1, to, 0, 0);
  }

  private static String lines(String run, int from, int to, int growsTo, int seconds) {
    String tag = run.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ");
    long start = System.currentTimeMillis() * 1_000_000 - AGE_NANOS;
    StringBuilder lines = new StringBuilder();
    for (int step = from; step <= to; step++) {
      long time = start + (seconds + step) * 1_000_000_000L;
      double wobble = 1 + 0.02 * Math.sin(step * 1.7);
      lines.append(
          String.format(
              Locale.ROOT,
              "train_step,run=%s step=%di,loss=%.5f,grad_norm=%.4f,learning_rate=0.1 %d%n",
              tag,
              step,
              (2 + 3 * Math.exp(-step / 40.0)) * wobble,
              0.5 * wobble,
              time));
      for (int layer = 0; layer < LAYERS; layer++) {
        boolean grows = layer == GROWING_LAYER && step <= growsTo;
        double logit = grows ? 10 * Math.exp(GROWTH * step) : 8 + layer;
        lines.append(
            String.format(
                Locale.ROOT,
                "train_layer,run=%s,layer=%d step=%di,attention_logit_max=%.4f %d%n",
                tag,
                layer,
                step,
                logit * wobble,
                time));
      }
    }
    return lines.toString();
  }
}
