// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.disturbance;

import io.foreshock.trainer.disturbance.Disturbance.Garbage;
import io.foreshock.trainer.disturbance.Disturbance.Precision;
import io.foreshock.trainer.disturbance.Disturbance.Rate;
import io.foreshock.trainer.disturbance.Disturbance.Repeat;
import io.foreshock.trainer.disturbance.Disturbance.Resume;
import io.foreshock.trainer.disturbance.Disturbance.Slow;
import io.foreshock.trainer.disturbance.Disturbance.Span;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a disturbance's notation.
 *
 * @param step S
 * @param count N, if given
 * @param value text after the equals sign, if given
 */
record DisturbanceText(long step, @Nullable Long count, @Nullable String value) {
  private static final Pattern NOTATION =
      Pattern.compile("(\\w+)@(\\d{1,18})(?:\\+(\\d{1,18}))?(?:=(.+))?");

  /** The notation and the reader of a kind. */
  private record Kind(String form, Function<DisturbanceText, Disturbance> reader) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "garbage", new Kind("garbage@S+N", t -> new Garbage(t.bounded().without())),
          "repeat", new Kind("repeat@S+N[=BATCHES]", t -> new Repeat(t.bounded().span(), t.few())),
          "rate", new Kind("rate@S[+N]=FACTOR", t -> new Rate(t.span(), t.number())),
          "slow", new Kind("slow@S+N=SECONDS", t -> new Slow(t.bounded().span(), t.number())),
          "resume", new Kind("resume@S=STEPS", t -> new Resume(t.single().step, t.integer())),
          "precision",
              new Kind(
                  "precision@S=BITS",
                  t -> new Precision(t.single().span(), Math.toIntExact(t.integer()))));

  static Disturbance parse(String text) {
    Matcher matcher = NOTATION.matcher(text);
    if (!matcher.matches()) {
      throw mistake(text, "KIND@STEP[+COUNT][=VALUE]");
    }
    Kind kind = KINDS.get(matcher.group(1));
    if (kind == null) {
      throw mistake(text, "a kind of " + KINDS.keySet().stream().sorted().toList());
    }
    Long count = matcher.group(3) == null ? null : Long.valueOf(matcher.group(3));
    try {
      long step = Long.parseLong(matcher.group(2));
      return kind.reader.apply(new DisturbanceText(step, count, matcher.group(4)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      String detail = e instanceof NumberFormatException ? "not a number" : e.getMessage();
      throw mistake(text, kind.form + " (" + detail + ")");
    }
  }

  private static IllegalArgumentException mistake(String text, String expected) {
    return new IllegalArgumentException("--disturb = %s: expected %s".formatted(text, expected));
  }

  private Span span() {
    return new Span(step, count == null ? Span.ENDLESS : count);
  }

  private DisturbanceText bounded() {
    return require(count != null, "the count is missing");
  }

  private DisturbanceText single() {
    return require(count == null, "it has no count");
  }

  private Span without() {
    return require(value == null, "it has no value").span();
  }

  private double number() {
    return Double.parseDouble(requiredValue());
  }

  private long integer() {
    return Long.parseLong(requiredValue());
  }

  private String requiredValue() {
    if (value == null) {
      throw new IllegalArgumentException("the value is missing");
    }
    return value;
  }

  private long few() {
    return value == null ? Repeat.FEW : integer();
  }

  private DisturbanceText require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
    return this;
  }
}
