// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Record;
import java.util.BitSet;

/**
 * Joins each write in the journal with what was refused of it: {@link Entry.Refused}, which is the
 * next entry. So whoever reads lines again follows the decision that their sender was told, and
 * makes none of its own, which would depend on the runs there are by then.
 *
 * <p>A write at the journal's end whose refusals a crash kept from the disk is taken whole. Its
 * sender was not answered and sends it again, so either is right.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> Keeps one entry back.
 */
final class Decisions {
  private static final BitSet NONE = new BitSet();

  /** Takes entries that are decided. */
  interface Taker {
    /**
     * One entry.
     *
     * @param refused indices of its lines that were refused; must not be changed
     * @return whether it wants the next one
     */
    boolean take(Record entry, BitSet refused);
  }

  private final Taker taker;
  private Record write;

  Decisions(Taker taker) {
    this.taker = taker;
  }

  /** Takes the next entry; returns whether more are wanted. */
  boolean take(Record entry) {
    Record before = write;
    write = null;
    if (EntryCodec.isRefused(entry)) {
      return (before == null || taker.take(before, refused(before, entry)))
          && taker.take(entry, NONE);
    }
    if (before != null && !taker.take(before, NONE)) {
      return false;
    }
    if (EntryCodec.isLines(entry)) {
      write = entry;
      return true;
    }
    return taker.take(entry, NONE);
  }

  /** No entry follows. */
  void end() {
    if (write != null) {
      taker.take(write, NONE);
      write = null;
    }
  }

  /** A write that the disk had no room for may have left its refusals behind. */
  private static BitSet refused(Record write, Record entry) {
    if (entry.payload().length < Long.BYTES) {
      return NONE; // logged by who reads the entry itself
    }
    Entry.Refused refused = (Entry.Refused) EntryCodec.read(entry);
    return refused.write() == write.sequence() ? BitSet.valueOf(refused.lines()) : NONE;
  }
}
