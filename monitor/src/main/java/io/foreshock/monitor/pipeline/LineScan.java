// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.predictors.telemetry.LineReader;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.NameTable;
import io.foreshock.predictors.telemetry.Point;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a write's lines with {@link LineReader} and sets their times; a bad line affects no other.
 *
 * <p><b>Threads.</b> Not safe: the reader is reused.
 */
final class LineScan {
  /** Receives the lines of a write. */
  interface PointReceiver {
    /**
     * One well-formed line, its time in nanoseconds.
     *
     * @param index of the line within its write, from 0; blank lines and comments have none
     */
    void receive(Point point, int index) throws MalformedLineException;
  }

  private final LineReader reader;

  /** A scan that translates names by a table. */
  LineScan(NameTable names) {
    this.reader = new LineReader(names);
  }

  /**
   * Passes on every line except those in {@code refused}.
   *
   * @param refused indices of lines that were refused when the write came
   */
  Outcome scan(Entry.Lines lines, BitSet refused, PointReceiver receiver) {
    Scan scan = new Scan(lines, refused, receiver);
    reader.read(lines.text(), scan);
    return new Outcome(scan.taken, scan.dropped, scan.firstBadLine, scan.message);
  }

  private static final class Scan implements LineReader.Lines {
    private final Entry.Lines lines;
    private final BitSet refused;
    private final PointReceiver receiver;
    private int taken;
    private int dropped;
    private long firstBadLine;
    private @Nullable String message;

    Scan(Entry.Lines lines, BitSet refused, PointReceiver receiver) {
      this.lines = lines;
      this.refused = refused;
      this.receiver = receiver;
    }

    @Override
    public void line(Point point) throws MalformedLineException {
      int index = taken + dropped;
      if (refused.get(index)) {
        dropped++;
        return;
      }
      settleTime(point, index);
      receiver.receive(point, index);
      taken++;
    }

    @Override
    public void bad(long number, String reason) {
      dropped++;
      if (firstBadLine == 0) {
        firstBadLine = number;
        message = reason;
      }
    }

    /**
     * Scales the time to nanoseconds. A line without a time gets the time of reception plus its
     * index, so that the lines of one write keep their order.
     */
    private void settleTime(Point point, int index) throws MalformedLineException {
      if (!point.hasTime()) {
        point.setTimestamp(lines.receivedNanos() + index);
        return;
      }
      long nanos = lines.precision().nanos();
      if (nanos == 1) {
        return;
      }
      long scaled = point.timestamp() * nanos;
      if (scaled / nanos != point.timestamp()) {
        throw new MalformedLineException(
            "timestamp = " + point.timestamp() + ": out of range; is precision= right?");
      }
      point.setTimestamp(scaled);
    }
  }
}
