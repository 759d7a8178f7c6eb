// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Turns recurring bytes (measurement, tag and field names, tag values) into the same String each
 * time, without allocating. It also remembers of each name whether it is marked.
 *
 * <p>Open addressing over at most {@value #CAPACITY} entries; a name that does not fit or is long
 * becomes a new String. So memory stays bounded whatever a sender invents.
 */
final class Names {
  private static final int CAPACITY = 4096;
  private static final int MAX_LENGTH = 64;
  private static final int PROBES = 8;
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final byte[][] keys = new byte[CAPACITY][];
  private final String[] values = new String[CAPACITY];
  private final boolean[] marks = new boolean[CAPACITY];
  private final Predicate<String> isMarked;
  private boolean marked;

  /** {@link #hash} of no bytes. */
  static final int SEED = 1;

  /** Names of which some are marked. */
  Names(Predicate<String> isMarked) {
    this.isMarked = isMarked;
  }

  /** Whether the name that {@link #get} returned last is marked. */
  boolean marked() {
    return marked;
  }

  /** Hash of the bytes so far and one more: computed while the caller looks for a name's end. */
  static int hash(int hash, byte next) {
    return 31 * hash + next;
  }

  /**
   * The text of {@code bytes[from, to)}, read as UTF-8.
   *
   * @param hash of these bytes
   */
  String get(byte[] bytes, int from, int to, int hash) {
    int length = to - from;
    if (length > MAX_LENGTH) {
      return fresh(bytes, from, to);
    }
    int mixed = hash ^ hash >>> 15;
    for (int probe = 0; probe < PROBES; probe++) {
      int slot = (mixed + probe) & (CAPACITY - 1);
      byte[] key = keys[slot];
      if (key == null) {
        keys[slot] = Arrays.copyOfRange(bytes, from, to);
        values[slot] = fresh(bytes, from, to);
        marks[slot] = marked;
        return values[slot];
      }
      if (key.length == length && same(key, bytes, from)) {
        marked = marks[slot];
        return values[slot];
      }
    }
    return fresh(bytes, from, to);
  }

  private String fresh(byte[] bytes, int from, int to) {
    return check(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  /** Sets {@link #marked} for a name that is not kept. */
  String check(String name) {
    marked = isMarked.test(name);
    return name;
  }

  /** Compares eight bytes at a time; for short names this is faster than {@link Arrays#equals}. */
  private static boolean same(byte[] key, byte[] bytes, int from) {
    int i = 0;
    for (; i + Long.BYTES <= key.length; i += Long.BYTES) {
      if ((long) EIGHT_BYTES.get(key, i) != (long) EIGHT_BYTES.get(bytes, from + i)) {
        return false;
      }
    }
    for (; i < key.length; i++) {
      if (key[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
