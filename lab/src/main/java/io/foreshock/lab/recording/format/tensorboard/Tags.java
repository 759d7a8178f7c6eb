// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a TensorBoard file by the bytes of their names, so that a known name costs neither
 * text nor garbage.
 *
 * <p><b>Definition.</b> A hash table with open addressing, at most half full.
 */
final class Tags {
  /** How many tags are kept, which is far more than a program writes on purpose. */
  static final int MOST = 1 << 16;

  private byte[][] keys = new byte[256][];
  private Tag[] tags = new Tag[256];
  private int size;

  /** Returns the tag of that name; null when there are too many tags. */
  @Nullable Tag find(byte[] bytes, int from, int to) {
    int slot = slot(keys, bytes, from, to);
    if (keys[slot] == null) {
      if (size == MOST) {
        return null;
      }
      keys[slot] = Arrays.copyOfRange(bytes, from, to);
      tags[slot] = new Tag(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      if (++size * 2 > keys.length) {
        grow();
        slot = slot(keys, bytes, from, to);
      }
    }
    return tags[slot];
  }

  private void grow() {
    byte[][] oldKeys = keys;
    Tag[] oldTags = tags;
    keys = new byte[2 * oldKeys.length][];
    tags = new Tag[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != null) {
        int slot = slot(keys, oldKeys[i], 0, oldKeys[i].length);
        keys[slot] = oldKeys[i];
        tags[slot] = oldTags[i];
      }
    }
  }

  /** The slot that has a name, or that is free for it. */
  private static int slot(byte[][] keys, byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int mask = keys.length - 1;
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (keys[slot] != null
        && !Arrays.equals(keys[slot], 0, keys[slot].length, bytes, from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
