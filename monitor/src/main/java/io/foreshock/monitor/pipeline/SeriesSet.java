// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.Sample;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which series a run has sent: a set of 64-bit hashes of (measurement, tags, field).
 *
 * <p>The hashes are keyed by a number of the run's own, so that no sender can choose names that
 * collide. Open addressing, at most half full. Signals of steps and layers without further tags are
 * known by layer as well, which costs no hashing: nearly every line is such a one. <b>Threads.</b>
 * Not safe: belongs to the run's owner. <b>Cost.</b> 16 to 32 bytes a series.
 */
final class SeriesSet {
  private static final int FIRST_CAPACITY = 64;
  private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;
  private static final int ROTATION = 23;

  private long key = ThreadLocalRandom.current().nextLong();
  private long[] slots = new long[FIRST_CAPACITY];
  private int size;
  private final Map<String, Long> signals = new HashMap<>();

  /** Series there are. */
  int size() {
    return size;
  }

  /** Hash of a text under this set's key, never 0. */
  long hash(long seed, String text) {
    long hash = seed ^ key;
    for (int i = 0; i < text.length(); i++) {
      hash = Long.rotateLeft(hash ^ text.charAt(i), ROTATION) * PRIME;
    }
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }

  boolean contains(long hash) {
    return slots[slot(slots, hash)] == hash;
  }

  void add(long hash) {
    int slot = slot(slots, hash);
    if (slots[slot] != hash) {
      slots[slot] = hash;
      size++;
      if (size * 2 > slots.length) {
        grow();
      }
    }
  }

  /** Whether all signals of the line are known to be open; false where that is not known. */
  boolean knows(Sample sample, int tags) {
    Long known = isPlain(sample, tags) ? signals.get(layer(sample)) : null;
    return known != null && (sample.present() & ~known) == 0;
  }

  /** Notes the line's signals, which have been opened. */
  void learn(Sample sample, int tags) {
    if (isPlain(sample, tags)) {
      signals.merge(layer(sample), sample.present(), (old, added) -> old | added);
    }
  }

  /** Whether the line has no tags but run, layer and segment. */
  private static boolean isPlain(Sample sample, int tags) {
    int expected =
        1 + (sample.layer() == null ? 0 : 1) + (sample.segment() == Sample.NO_SEGMENT ? 0 : 1);
    return tags == expected && sample.head() == Sample.NO_HEAD;
  }

  private static String layer(Sample sample) {
    return sample.layer() == null ? "" : sample.layer();
  }

  void save(DataOutputStream out) throws IOException {
    out.writeLong(key);
    out.writeInt(size);
    for (long hash : slots) {
      if (hash != 0) {
        out.writeLong(hash);
      }
    }
  }

  void restore(DataInputStream in) throws IOException {
    key = in.readLong();
    slots = new long[FIRST_CAPACITY];
    size = 0;
    for (int left = in.readInt(); left > 0; left--) {
      add(in.readLong());
    }
  }

  private void grow() {
    long[] grown = new long[slots.length * 2];
    Arrays.stream(slots).filter(hash -> hash != 0).forEach(hash -> grown[slot(grown, hash)] = hash);
    slots = grown;
  }

  /** Where the hash is, or the free slot where it would go. */
  private static int slot(long[] slots, long hash) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
