// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import java.util.function.LongToDoubleFunction;

/** Builds the telemetry of an invented run, line by line. */
final class FakeTelemetry {
  private final StringBuilder text = new StringBuilder();
  private final String run;

  FakeTelemetry(String run) {
    this.run = run;
  }

  /** The configuration: 24,736 parameters, 64 tokens a sequence. */
  FakeTelemetry config() {
    text.append("run_config,run=").append(run);
    text.append(" parameters=41120i,parameters_non_embedding=24736i,context=64i 1\n");
    return this;
  }

  /** Steps with a loss each; NaN is left out and counted, as the trainer does. */
  FakeTelemetry losses(long steps, LongToDoubleFunction loss) {
    for (long step = 1; step <= steps; step++) {
      step(step, "loss", loss.applyAsDouble(step), ",tokens=" + 512 * step + "i,log_z_mean=5");
    }
    return this;
  }

  private void step(long step, String field, double value, String more) {
    text.append("train_step,run=").append(run).append(" step=").append(step).append('i');
    if (Double.isFinite(value)) {
      text.append(',').append(field).append('=').append(value).append(more).append(",nonfinite=0i");
    } else {
      text.append(more.replaceAll(",log_z.*", "")).append(",nonfinite=2i");
    }
    text.append(' ').append(step).append('\n');
  }

  /** A layer's line; a value that is not finite is left out and counted. */
  FakeTelemetry layer(String layer, long step, double logit, double gradient) {
    text.append("train_layer,run=").append(run).append(",layer=").append(layer);
    text.append(" step=").append(step).append('i');
    int lost = field("attention_logit_max", logit) + field("grad_rms", gradient);
    text.append(",nonfinite=").append(lost).append("i ").append(step).append('\n');
    return this;
  }

  private int field(String name, double value) {
    if (!Double.isFinite(value)) {
      return 1;
    }
    text.append(',').append(name).append('=').append(value);
    return 0;
  }

  FakeTelemetry line(String line) {
    text.append(line).append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
