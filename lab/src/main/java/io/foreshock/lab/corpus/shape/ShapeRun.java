// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.shape;

import io.foreshock.lab.corpus.draw.Draw;
import io.foreshock.predictors.evaluation.RunLabel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A run of a shape: its name, its rows and the truth about it. */
public final class ShapeRun {
  /** Trait in the family of a run whose shape {@link Shape#isAside}. */
  public static final String ASIDE = "aside";

  private final String name;
  private final Shape shape;
  private final Signals signals;
  private final boolean configured;
  private final Sketch sketch;

  /**
   * Computes a run, which is a pure function of the parameters.
   *
   * @param configured whether the run announces its configuration
   */
  ShapeRun(String name, Shape shape, Signals signals, boolean configured, long seed) {
    this.name = name;
    this.shape = shape;
    this.signals = signals;
    this.configured = configured;
    sketch = new Sketch(new Draw(seed));
    shape.draw(sketch);
  }

  /** The run's name, unique within the shapes. */
  public String name() {
    return name;
  }

  public Shape shape() {
    return shape;
  }

  /** The run's telemetry, as line protocol. */
  public String lines() {
    return new ShapeLines(name, signals, sketch).text(configured);
  }

  /**
   * The label. Its family has the shape, the signals, how the loss scatters, and for a run that is
   * not healthy the step {@code begins} of the first sign.
   */
  public RunLabel label() {
    Truth truth = sketch.truth();
    Map<String, String> family = new LinkedHashMap<>();
    family.put("shape", shape.wireName());
    family.put("signals", signals.wireName());
    family.put("configured", Boolean.toString(configured));
    if (shape.isAside()) {
      family.put(ASIDE, Boolean.toString(true));
    }
    if (shape.found() != null) {
      family.put("found_by", shape.found().wireName());
    }
    family.putAll(sketch.traits);
    if (!truth.healthy()) {
      family.put("begins", Long.toString(sketch.step(truth.begins())));
    }
    long onset = sketch.step(truth.onset());
    return new RunLabel(
        name,
        truth.runClass(),
        truth.healthy() ? OptionalLong.empty() : OptionalLong.of(onset),
        sketch.step(sketch.rows() - 1),
        truth.abrupt() ? List.of(onset) : List.of(),
        family);
  }

  Sketch sketch() {
    return sketch;
  }
}
