// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.corpus.draw;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Seeded random draws. They use {@link Random}, whose algorithm is part of its contract, so that a
 * plan is the same with every Java version.
 */
public final class Draw {
  private final Random random;

  /** Draws that follow from a seed. */
  public Draw(long seed) {
    random = new Random(scrambled(seed));
  }

  /**
   * Mixes the seed as SplittableRandom does, because Random's first numbers are similar otherwise.
   */
  private static long scrambled(long seed) {
    long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  /** True with probability {@code share}. */
  public boolean chance(double share) {
    return random.nextDouble() < share;
  }

  /** An integer from {@code least} to {@code most}. */
  public int integer(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** A number from {@code least} to {@code most}. */
  public double uniform(double least, double most) {
    return least + (most - least) * random.nextDouble();
  }

  /** A normally distributed number of mean 0 and variance 1. */
  public double gaussian() {
    return random.nextGaussian();
  }

  /** A number whose logarithm is uniformly distributed. */
  public double logUniform(double least, double most) {
    return least * Math.pow(most / least, random.nextDouble());
  }

  /** One of the values; a value that is given twice is drawn twice as often. */
  @SafeVarargs
  public final <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }

  /**
   * {@code count} values in random order, each in proportion to its weight.
   *
   * @param weights the weights by value, in a fixed order
   */
  public <T> List<T> deal(int count, Map<T, Integer> weights) {
    List<T> deck = new ArrayList<>();
    weights.forEach((value, weight) -> deck.addAll(Collections.nCopies(weight, value)));
    // a random offset, so that a rare value is not left out of every deal
    double offset = random.nextDouble();
    List<T> dealt = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = (int) ((offset + i) * deck.size() / count);
      dealt.add(deck.get(Math.min(at, deck.size() - 1)));
    }
    Collections.shuffle(dealt, random);
    return dealt;
  }
}
