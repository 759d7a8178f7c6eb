// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Batches of random passages: a pure function of the seed and the batch's index.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Batches {

  /**
   * One batch, time-major: element {@code t·B + b} is token t of sequence b.
   *
   * @param index the telemetry's {@code batch}, from 0
   * @param inputs tokens (N)
   * @param targets the token after each input (N)
   */
  public record Batch(long index, long[] inputs, long[] targets) {

    /** Returns the same text under another index. */
    public Batch under(long other) {
      return new Batch(other, inputs, targets);
    }
  }

  private final Corpus corpus;
  private final int sequences;
  private final int context;
  private final long seed;

  /**
   * Batches of {@code sequences} passages of {@code context} tokens.
   *
   * @throws IllegalArgumentException when the text is shorter than one passage and its last target
   */
  public Batches(Corpus corpus, int sequences, int context, long seed) {
    if (corpus.bytes().length < context + 1) {
      throw new IllegalArgumentException(
          "text '%s' has %d bytes: expected at least context + 1 = %d"
              .formatted(corpus.name(), corpus.bytes().length, context + 1));
    }
    this.corpus = corpus;
    this.sequences = sequences;
    this.context = context;
    this.seed = seed;
  }

  /** Returns the batch of that index. */
  public Batch at(long index) {
    SplittableRandom random = random(seed, index);
    long[] inputs = new long[sequences * context];
    long[] targets = new long[inputs.length];
    byte[] text = corpus.bytes();
    for (int b = 0; b < sequences; b++) {
      int start = random.nextInt(text.length - context);
      for (int t = 0; t < context; t++) {
        int at = t * sequences + b;
        inputs[at] = text[start + t] & 0xff;
        targets[at] = text[start + t + 1] & 0xff;
      }
    }
    return new Batch(index, inputs, targets);
  }

  /** Returns a batch of random bytes instead of text, also a function of seed and index. */
  public Batch garbage(long index) {
    SplittableRandom random = random(~seed, index);
    long[] tokens = random.longs((context + 1L) * sequences, 0, Corpus.VOCABULARY).toArray();
    long[] inputs = Arrays.copyOf(tokens, context * sequences);
    return new Batch(index, inputs, Arrays.copyOfRange(tokens, sequences, tokens.length));
  }

  private static SplittableRandom random(long seed, long index) {
    return new SplittableRandom(scrambled(scrambled(seed) + index));
  }

  /**
   * Scrambles 64 bits by a bijection without pattern (MurmurHash3's finalizer). SplittableRandom
   * steps through multiples of a constant, so seeds that differ by a simple rule give shifted
   * copies of one stream: consecutive batches would then share all but one of their passages.
   */
  private static long scrambled(long bits) {
    long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
