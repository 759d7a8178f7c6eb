// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a run: a line of the measurement {@code event}, told by the run or by a person.
 *
 * <p><b>Edges.</b> Upper and lower case are the same. An {@code end} without a status is one that
 * {@code finished}. A line with another kind, phase or status than those of the contract is no
 * event: {@link #of} returns null, and the line is stored only.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param step {@link #NO_STEP} when the line has none
 * @param timeNanos time of the line, nanoseconds since the epoch
 * @param phase of a {@code phase}; null otherwise
 * @param status of an {@code end}; null otherwise
 */
public record RunEvent(
    Kind kind, long step, long timeNanos, @Nullable Phase phase, @Nullable Status status) {
  /** {@link #step} of an event that names none. */
  public static final long NO_STEP = -1;

  /** Field with the kind. */
  public static final String KIND = "kind";

  /** Field with the phase. */
  public static final String PHASE = "phase";

  /** Field with the status. */
  public static final String STATUS = "status";

  /** Field with free text. */
  public static final String TEXT = "text";

  /** What happened. */
  public enum Kind {
    /** The run begins, or begins again. */
    START,
    /** The run does something else from now on, or still does it. */
    PHASE,
    /** Data mixture, sequence length or batch size change here. */
    STAGE_BOUNDARY,
    /** A checkpoint was saved. */
    CHECKPOINT,
    /** The run continues from a checkpoint. */
    RESUME,
    /** The run has ended. */
    END,
    /** A remark. */
    NOTE
  }

  /** What a run does. */
  public enum Phase {
    /** It loads, compiles or connects. */
    INITIALIZING,
    /** It takes optimizer steps. */
    TRAINING,
    /** It evaluates. */
    EVALUATING,
    /** It saves a checkpoint. */
    CHECKPOINTING,
    /** It waits on purpose. */
    IDLE
  }

  /** How a run ended. */
  public enum Status {
    /** It did what it was asked to do. */
    FINISHED,
    /** An error ended it. */
    FAILED,
    /** Somebody ended it. */
    KILLED
  }

  /** Whether a line is of the measurement {@code event}. */
  public static boolean isLine(Point point) {
    return point.measurement().equals(Telemetry.EVENT);
  }

  /** The event of a line of that measurement, its time in nanoseconds; null when it is none. */
  public static @Nullable RunEvent of(Point point) {
    Kind kind = constant(Kind.class, text(point, KIND));
    Phase phase = kind == Kind.PHASE ? constant(Phase.class, text(point, PHASE)) : null;
    String ended = text(point, STATUS);
    Status status =
        kind != Kind.END ? null : ended == null ? Status.FINISHED : constant(Status.class, ended);
    if (kind == null || kind == Kind.PHASE && phase == null || kind == Kind.END && status == null) {
      return null;
    }
    int field = point.field(Telemetry.STEP);
    double step = field < 0 ? NO_STEP : point.number(field);
    return new RunEvent(
        kind, Telemetry.isStep(step) ? (long) step : NO_STEP, point.timestamp(), phase, status);
  }

  /** A constant's name in the line protocol. */
  public static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String text(Point point, String name) {
    int field = point.field(name);
    return field < 0 ? null : point.text(field);
  }

  private static <E extends Enum<E>> @Nullable E constant(Class<E> type, @Nullable String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    return null;
  }
}
