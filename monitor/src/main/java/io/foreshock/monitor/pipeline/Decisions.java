// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.journal.Record;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Joins each write in the journal with its refused lines: {@link Entry.Refused}, which is the next
 * entry. So a reader follows the decision that the sender got as an answer. A new decision could
 * differ, because it would depend on the runs that are known by then.
 *
 * <p>A crash can lose the refusals of the last write. Then all its lines count as accepted; its
 * sender was not answered and sends it again, so either is right.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> Keeps one entry back.
 */
final class Decisions {
  private static final BitSet NONE = new BitSet();

  /** Receives entries with their refused lines. */
  interface Reader {
    /**
     * Reads one entry.
     *
     * @param refused indices of its lines that were refused; must not be changed
     * @return whether it wants the next one
     */
    boolean read(Record entry, BitSet refused);
  }

  private final Reader reader;
  private @Nullable Record write;

  Decisions(Reader reader) {
    this.reader = reader;
  }

  /** Adds the next entry; returns whether more are wanted. */
  boolean receive(Record entry) {
    Record before = write;
    write = null;
    if (EntryCodec.isRefused(entry)) {
      return (before == null || reader.read(before, refused(before, entry)))
          && reader.read(entry, NONE);
    }
    if (before != null && !reader.read(before, NONE)) {
      return false;
    }
    if (EntryCodec.isLines(entry)) {
      write = entry;
      return true;
    }
    return reader.read(entry, NONE);
  }

  /** Ends the entries: passes on the last write. */
  void end() {
    if (write != null) {
      reader.read(write, NONE);
      write = null;
    }
  }

  /** The refused lines of a write; none when the entry belongs to another write, which was lost. */
  private static BitSet refused(Record write, Record entry) {
    if (entry.payload().length < Long.BYTES) {
      return NONE; // the reader of the entry itself logs this
    }
    Entry.Refused refused = (Entry.Refused) EntryCodec.read(entry);
    return refused.write() == write.sequence() ? BitSet.valueOf(refused.lines()) : NONE;
  }
}
