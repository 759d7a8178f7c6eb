// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

/**
 * What a rule says of a number. Each condition gives every sample a score; it holds where the score
 * is above the threshold. So the same condition can be tried at other thresholds.
 *
 * <p><b>Edges.</b> +∞ is above and −∞ below every limit, and both are outside and a change. NaN has
 * no score: it neither holds nor ends anything.
 */
public sealed interface Condition {
  /**
   * The value is above a limit. Score: the value.
   *
   * @param limit in the signal's unit
   */
  record Above(double limit) implements Condition {
    /** The limit is finite. */
    public Above {
      requireFinite("above", limit);
    }

    @Override
    public double threshold() {
      return limit;
    }

    @Override
    public String toString() {
      return "above " + limit;
    }
  }

  /**
   * The value is below a limit. Score: minus the value.
   *
   * @param limit in the signal's unit
   */
  record Below(double limit) implements Condition {
    /** The limit is finite. */
    public Below {
      requireFinite("below", limit);
    }

    @Override
    public double threshold() {
      return -limit;
    }

    @Override
    public String toString() {
      return "below " + limit;
    }
  }

  /**
   * The value is far from where its own course was expected. Score: |value − expected| / scale, by
   * {@link io.foreshock.predictors.stats.ResistantBaseline}.
   *
   * @param deviations robust standard deviations, above 0
   */
  record Outside(double deviations) implements Condition {
    /** The number is positive. */
    public Outside {
      requirePositive("outside", deviations);
    }

    @Override
    public double threshold() {
      return deviations;
    }

    @Override
    public String toString() {
      return "outside " + deviations + " deviations";
    }
  }

  /**
   * The value differs from one that was there shortly before. Score: the largest |value − earlier|
   * within the rule's stretch, divided by |earlier| where shares are meant.
   *
   * @param amount in the signal's unit, or a share; above 0
   * @param relative whether it is a share
   */
  record ChangesBy(double amount, boolean relative) implements Condition {
    /** The amount is positive. */
    public ChangesBy {
      requirePositive("changes_by", amount);
    }

    @Override
    public double threshold() {
      return amount;
    }

    @Override
    public String toString() {
      return "changes by " + (relative ? 100 * amount + " %" : amount);
    }
  }

  /** The condition holds where the score is above this. */
  double threshold();

  /** Whether it has to hold for the rule's stretch; otherwise the stretch belongs to the score. */
  default boolean lasts() {
    return !(this instanceof ChangesBy);
  }

  private static void requireFinite(String name, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(name + " = " + number + ": expected a finite number");
    }
  }

  private static void requirePositive(String name, double number) {
    if (!(number > 0 && Double.isFinite(number))) {
      throw new IllegalArgumentException(name + " = " + number + ": expected a number above 0");
    }
  }
}
