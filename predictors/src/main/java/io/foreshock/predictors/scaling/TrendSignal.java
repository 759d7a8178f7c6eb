// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.scaling;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Signals that are compared between runs of different sizes. */
public enum TrendSignal {
  /** Training loss, nats per token; compared at equal tokens, L(N, D). */
  LOSS(Signal.LOSS, null, 1, "loss"),
  /** Largest attention logit of block 0, where Wortsman et al. 2023, section 3.3 measure it. */
  ATTENTION_LOGIT_MAX(Signal.ATTENTION_LOGIT_MAX, "0", 1, "largest attention logit of block 0"),
  /** RMS of block 0's gradient, before clipping (section 3.4: of its first MLP layer). */
  GRAD_RMS(Signal.GRAD_RMS, "0", -1, "gradient RMS of block 0");

  private final Signal signal;
  private final @Nullable String layer;
  private final int worse;
  private final String meaning;

  TrendSignal(Signal signal, @Nullable String layer, int worse, String meaning) {
    this.signal = signal;
    this.layer = layer;
    this.worse = worse;
    this.meaning = meaning;
  }

  /** Its name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its description, for a message. */
  public String meaning() {
    return meaning;
  }

  /**
   * 1 when values above the expected ones are bad, −1 when values below are: gradients that reach
   * ε.
   */
  public int worse() {
    return worse;
  }

  /** The signal in telemetry. */
  public Signal signal() {
    return signal;
  }

  /** Returns its value in a sample; NaN when the sample does not have it. */
  public double of(Sample sample) {
    boolean here =
        layer == null
            ? sample.layer() == null
            : layer.equals(sample.layer()) && sample.head() == Sample.NO_HEAD;
    return here ? sample.get(signal) : Double.NaN;
  }
}
