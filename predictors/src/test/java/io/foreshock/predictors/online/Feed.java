// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;

/** Feeds one detector samples of whole steps, and keeps what it says of each. */
final class Feed {
  private final Detector detector;
  private final int spacing;
  private final Random random = new Random(5);
  private final List<Severity> severities = new ArrayList<>();
  final List<Verdict> found = new ArrayList<>();
  private long step;
  private long nanosPerStep = 1;

  private final Consumer<Sample> always;

  private Feed(Detector detector, int spacing, Consumer<Sample> always) {
    this.detector = detector;
    this.spacing = spacing;
    this.always = always;
  }

  /** Feeds every step. */
  static Feed of(Detector detector) {
    return every(1, detector);
  }

  /** Feeds every n-th step. */
  static Feed every(int spacing, Detector detector) {
    return every(spacing, detector, sample -> {});
  }

  /** Feeds every n-th step; {@code always} sets what each sample has beside the rest. */
  static Feed every(int spacing, Detector detector, Consumer<Sample> always) {
    return new Feed(detector, spacing, always);
  }

  /** Feeds every step, so many nanoseconds apart. */
  static Feed timed(Detector detector, long nanosPerStep) {
    Feed feed = of(detector);
    feed.nanosPerStep = nanosPerStep;
    return feed;
  }

  Feed losses(double... losses) {
    for (double loss : losses) {
      next(sample -> sample.set(Signal.LOSS, loss));
    }
    return this;
  }

  /** So many samples of a course with a bit of noise, from its argument 0 on. */
  Feed course(int samples, double noise, IntToDoubleFunction loss) {
    for (int i = 0; i < samples; i++) {
      losses(loss.applyAsDouble(i) + noise * random.nextGaussian());
    }
    return this;
  }

  Feed norms(double... norms) {
    for (double norm : norms) {
      next(sample -> sample.set(Signal.GRAD_NORM, norm));
    }
    return this;
  }

  /** The next sample; {@code signals} sets what it has. */
  Feed next(Consumer<Sample> signals) {
    step += spacing;
    Sample sample = Sample.ofStep(step, step * nanosPerStep);
    always.accept(sample);
    signals.accept(sample);
    int before = found.size();
    detector.update(sample, found::add);
    severities.add(found.size() > before ? found.get(before).severity() : null);
    return this;
  }

  Detector detector() {
    return detector;
  }

  /** Continues at the same step with another detector. */
  Feed continuedBy(Detector other) {
    Feed next = new Feed(other, spacing, always);
    next.step = step;
    return next;
  }

  /** Severities of the newest samples, oldest first: {@code I}, {@code W}, {@code C} or a dot. */
  String newest(int samples) {
    StringBuilder text = new StringBuilder();
    for (Severity severity : severities.subList(severities.size() - samples, severities.size())) {
      text.append(severity == null ? '.' : severity.name().charAt(0));
    }
    return text.toString();
  }

  boolean anyCritical() {
    return severities.contains(Severity.CRITICAL);
  }

  /** Number of the first sample with at least that severity, from 1; 0 when there is none. */
  int first(Severity least) {
    for (int i = 0; i < severities.size(); i++) {
      if (severities.get(i) != null && severities.get(i).compareTo(least) >= 0) {
        return i + 1;
      }
    }
    return 0;
  }
}
