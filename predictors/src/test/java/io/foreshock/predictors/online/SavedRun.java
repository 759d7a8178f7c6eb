// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.scaling.Band;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.scaling.Preflight.Basis;
import io.foreshock.predictors.scaling.Preflight.ExpectedCrossing;
import io.foreshock.predictors.scaling.TrendSignal;
import java.util.List;
import java.util.Locale;

/**
 * A made run whose watch has something in every part of its state: a configuration, a preflight, a
 * rollback, several snapshots, layers, a head, and open incidents with and without a signal.
 */
final class SavedRun {
  static final long STEPS = 160;
  private static final long ROLLED_BACK_AT = 90;
  private static final double[] NOISE = {0.3, -0.2, 0.1, -0.4, 0.2, 0.4, -0.4};

  private SavedRun() {}

  /** The run up to its last step, where it is in trouble. */
  static Lines fed() {
    Lines lines = Lines.of("r");
    lines.feed(
        "run_config,run=r layers=2i,learning_rate=0.001,qk_layernorm=f,optimizer=\"adamw\" 1");
    lines.watch.expect(preflight(), lines.alarms::add);
    for (long step = 1; step <= ROLLED_BACK_AT; step++) {
      step(lines, step, step, 0);
    }
    for (long step = ROLLED_BACK_AT - 10; step <= STEPS; step++) {
      step(lines, step, step + 10, step > STEPS - 6 ? 9 : 0);
    }
    lines.watch.tick((STEPS + 10) * 1_000_000_000_000L, lines.alarms::add);
    return lines;
  }

  static Preflight preflight() {
    return new Preflight(
        Preflight.Verdict.UNSTABLE,
        0.93,
        0.004,
        false,
        List.of(new ExpectedCrossing(TrendSignal.ATTENTION_LOGIT_MAX, 1e4, 316)),
        new Basis(20, 18, 7, 1e5, 1e6, 1e-4, 1e-1, 0.6, 0),
        List.of(
            new Band(
                TrendSignal.GRAD_RMS,
                new long[] {10, 1000},
                new double[] {1e-3, 1e-3},
                new double[] {1.5, 1.5})),
        List.of("a caveat"));
  }

  private static void step(Lines lines, long step, long seconds, double trouble) {
    double noise = NOISE[(int) (step % NOISE.length)];
    for (String layer : List.of("0", "1")) {
      feed(
          lines,
          "train_layer,run=r,layer=%s"
              + " step=%di,attention_logit_max=%s,attention_entropy=%s,grad_rms=%s,param_rms=0.03,update_rms=%s,rms_ratio=%s,update_abs_gt_half=%s,output_rms=%s"
              + " %d",
          layer,
          step,
          10 + noise + 10 * trouble,
          0.8 + 0.01 * noise,
          1e-4 * (1 + noise / 4),
          0.2 + 0.01 * noise,
          0.99 + 0.05 * noise + trouble,
          0.03 + 0.01 * noise,
          1.1 + 0.02 * noise,
          seconds * 1_000_000_000L);
    }
    feed(
        lines,
        "train_layer,run=r,layer=0,head=1 step=%di,attention_logit_max=%s %d",
        step,
        9 + noise,
        seconds * 1_000_000_000L);
    feed(
        lines,
        "train_step,run=r step=%di,loss=%s,learning_rate=0.001,tokens=%di,batch=%di,grad_norm=%s,"
            + "update_rms=%s,logit_mean=0.3,logit_max=%s,log_z_mean=%s,log_z_square_mean=82.0,"
            + "step_seconds=1.0,nonfinite=%di %d",
        step,
        2 + Math.exp(-step / 80.0) + 0.05 * noise + trouble,
        step * 1000,
        step,
        0.4 + 0.05 * noise + trouble,
        0.2 + 0.01 * noise,
        14 + noise,
        9 + 0.1 * noise,
        trouble > 0 ? 1 : 0,
        seconds * 1_000_000_000L);
  }

  private static void feed(Lines lines, String form, Object... values) {
    lines.feed(String.format(Locale.ROOT, form, values));
  }
}
