// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.rule;

import java.util.ArrayDeque;

/**
 * Turns the scores of a {@link Condition} into scores of "for that long": the lowest one of the
 * stretch that ends at the sample. It is above a threshold exactly where the condition with that
 * threshold has held for the whole {@link Span}. So one pass over a recorded run serves every
 * threshold.
 *
 * <p><b>Edges.</b> NaN before the samples reach back that far, and for a sample without a score,
 * which changes nothing.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> O(1) a sample on average; memory for the samples of the
 * stretch.
 */
public final class Lasting {
  /**
   * A score that is the lowest from its moment on.
   *
   * @param from moment of the first sample since which no score was lower
   */
  private record Lowest(long from, double score) {}

  private final ArrayDeque<Lowest> lowest = new ArrayDeque<>();
  private final Span span;
  private long first;
  private boolean begun;

  /** Scores that last for that long. */
  public Lasting(Span span) {
    this.span = span;
  }

  /** Adds the score of the next sample; returns the lowest of the stretch. */
  public double add(long step, long timeNanos, double score) {
    if (Double.isNaN(score)) {
      return Double.NaN;
    }
    long at = span.isTime() ? timeNanos : step;
    if (!begun) {
      begun = true;
      first = at;
    }
    long from = at;
    while (!lowest.isEmpty() && lowest.getLast().score >= score) {
      from = lowest.removeLast().from;
    }
    lowest.addLast(new Lowest(from, score));
    long begins = at - (span.isTime() ? span.nanos() : span.steps() - 1);
    while (lowest.size() > 1 && second().from <= begins) {
      lowest.removeFirst();
    }
    return first <= begins ? lowest.getFirst().score : Double.NaN;
  }

  private Lowest second() {
    Lowest head = lowest.removeFirst();
    Lowest second = lowest.getFirst();
    lowest.addFirst(head);
    return second;
  }
}
