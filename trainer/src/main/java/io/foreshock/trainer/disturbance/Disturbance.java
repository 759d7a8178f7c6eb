// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.disturbance;

/**
 * One deliberate fault in a run.
 *
 * <p><b>Steps and batches.</b> Data is disturbed by the index of its batch, which is the step minus
 * 1 as long as nothing is skipped. So a rollback that skips the bad batches avoids them, as in a
 * real run. Everything else is disturbed by the step.
 */
public sealed interface Disturbance {

  /**
   * A number of consecutive steps.
   *
   * @param from first step, at least 1
   * @param count number of steps, at least 1; {@link #ENDLESS} until the end of the run
   */
  record Span(long from, long count) {
    /** A count without an end. */
    public static final long ENDLESS = Long.MAX_VALUE;

    public Span {
      if (from < 1 || count < 1) {
        throw new IllegalArgumentException("expected a step and a count of at least 1");
      }
    }

    boolean covers(long step) {
      return step >= from && step - from < count;
    }

    boolean coversBatch(long batch) {
      return covers(batch + 1);
    }

    /** Index of the batch of the first step. */
    long firstBatch() {
      return from - 1;
    }
  }

  /** {@code garbage@S+N}: N batches of random bytes. */
  record Garbage(Span span) implements Disturbance {}

  /**
   * {@code repeat@S+N} or {@code repeat@S+N=B}: for N steps the same B batches are repeated, under
   * rising indices, as by a loader that hangs.
   */
  record Repeat(Span span, long batches) implements Disturbance {
    static final long FEW = 4;

    public Repeat {
      if (batches < 1) {
        throw new IllegalArgumentException("expected at least 1 batch");
      }
    }

    /** Returns the index of the batch whose text is used under that index. */
    long original(long index) {
      return span.firstBatch() + (index - span.firstBatch()) % batches;
    }
  }

  /** {@code rate@S=F} or {@code rate@S+N=F}: the learning rate is F times the schedule's. */
  record Rate(Span span, double factor) implements Disturbance {
    public Rate {
      if (!(factor >= 0 && Double.isFinite(factor))) {
        throw new IllegalArgumentException("expected a factor of at least 0");
      }
    }
  }

  /** {@code slow@S+N=SECONDS}: steps are reported as if each had taken that long. */
  record Slow(Span span, double seconds) implements Disturbance {
    public Slow {
      if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
        throw new IllegalArgumentException("expected seconds above 0, at most 86400");
      }
    }

    private static final double MOST_SECONDS = 86_400;
  }

  /** {@code resume@S=B}: after step S, the run goes back once to the state after step S − B. */
  record Resume(long step, long back) implements Disturbance {
    public Resume {
      if (back < 1 || back > step) {
        throw new IllegalArgumentException("expected to go back by 1 to " + step + " steps");
      }
    }

    /** The step to go back to. */
    public long target() {
      return step - back;
    }
  }

  /** {@code precision@S=BITS}: from step S on, attention scores have BITS significant bits. */
  record Precision(Span span, int bits) implements Disturbance {
    public Precision {
      if (bits < 2 || bits > 24) {
        throw new IllegalArgumentException("expected 2 to 24 bits");
      }
    }
  }

  /**
   * Reads {@code KIND@STEP[+COUNT][=VALUE]}.
   *
   * @throws IllegalArgumentException when it is malformed; the message names the text and what was
   *     expected
   */
  static Disturbance parse(String text) {
    return DisturbanceText.parse(text);
  }
}
