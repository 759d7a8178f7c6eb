// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The series that a run has sent: a set of 64-bit hashes of (measurement, tags, field).
 *
 * <p>A random key of the run enters the hashes, so that no sender can choose names that collide. It
 * uses open addressing and is at most half full. It also remembers whole lines by the identities of
 * their names, because the parser returns recurring names as the same objects.
 *
 * <p><b>Threads.</b> Not safe: belongs to the run's owner. <b>Cost.</b> 16 to 48 bytes per series.
 */
final class SeriesSet {
  private static final int FIRST_CAPACITY = 64;
  static final long PRIME = 0x9e37_79b9_7f4a_7c15L;
  private static final int ROTATION = 23;
  private static final int MAX_LINES = 4096;

  private long key = ThreadLocalRandom.current().nextLong();
  private long[] slots = new long[FIRST_CAPACITY];
  private long[] lines = new long[FIRST_CAPACITY];
  private int size;

  /** Number of series. */
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

  /** Whether a line of the same names was accepted lately. */
  boolean remembers(long line) {
    return lines[(int) line & (lines.length - 1)] == line;
  }

  /** Remembers an accepted line by its names. */
  void remember(long line) {
    lines[(int) line & (lines.length - 1)] = line;
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
    lines = new long[Math.min(MAX_LINES, grown.length / 2)];
  }

  /** The slot of the hash, or the free slot for it. */
  private static int slot(long[] slots, long hash) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
