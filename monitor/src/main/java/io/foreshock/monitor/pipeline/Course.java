// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.telemetry.Point;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of a run's steps that the list of runs shows: the newest of each field, and the losses
 * over its whole life in few numbers.
 *
 * <p><b>Threads.</b> Belongs to the pipeline's thread. The copy in a {@link RunView} never changes.
 */
public final class Course {
  private final NewestValues newest;
  private final Sparkline losses;

  /** The course of a run without steps. */
  Course() {
    this(new NewestValues(), new Sparkline());
  }

  private Course(NewestValues newest, Sparkline losses) {
    this.newest = newest;
    this.losses = losses;
  }

  Course copy() {
    return new Course(newest.copy(), losses.copy());
  }

  /**
   * Follows a line of a step that was fed to the detectors.
   *
   * @param point the whole line
   */
  void line(Sample sample, Point point) {
    newest.line(point);
    if (sample.has(Signal.LOSS) || sample.isBroken(Signal.LOSS)) {
      losses.add(sample.step(), sample.get(Signal.LOSS));
    }
  }

  /** The newest finite value of a field of {@code train_step}; NaN when there is none. */
  public double newest(String field) {
    return newest.get(field);
  }

  /** The fields that have a {@link #newest} value. */
  public Set<String> fields() {
    return newest.fields();
  }

  /**
   * At most 40 losses, oldest first, with the extremes of the whole life; null stands for losses
   * that were not finite.
   */
  public List<@Nullable Double> losses() {
    return losses.losses();
  }

  /** The form in a snapshot's head. */
  @JsonValue
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.set("newest", newest.json());
    json.set("losses", losses.json());
    return json;
  }

  /** Reads what {@link #json} wrote. */
  @JsonCreator
  static Course read(JsonNode json) {
    return new Course(NewestValues.read(json.path("newest")), Sparkline.read(json.path("losses")));
  }
}
