// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format.tensorboard;

import com.google.protobuf.CodedInputStream;
import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.predictors.telemetry.LineReader;
import java.io.IOException;

/**
 * Reads the events of one TensorBoard file.
 *
 * <p><b>Edges.</b> A frame with damaged data is one bad record. If a frame's length is damaged, one
 * bad record is reported and reading continues at the next place that is a frame by its checksum.
 * Data of more than {@value #LONGEST_DATA} bytes, such as a video, is passed over unread and
 * reported as bad.
 *
 * <p><b>Threads.</b> Not safe. <b>Cost.</b> No allocation per event, except for new tags.
 */
final class EventReader implements LogReader {
  private static final int LONGEST_DATA = LineReader.LONGEST_LINE_BYTES;

  private final EventFrames frames = new EventFrames();
  private final EventParser events = new EventParser();

  private long number = 1;
  private boolean lost;
  private long unread;

  /** Reads messages of the piece at hand; replaced after a damaged message. */
  private CodedInputStream in = CodedInputStream.newInstance(new byte[0]);

  /** Position of the first byte of {@link #in}. */
  private int origin;

  @Override
  public long number() {
    return number;
  }

  @Override
  public int read(byte[] bytes, int from, int to, boolean ended, LineReader.Lines records) {
    restart(bytes, from, to);
    int at = from;
    int next = frame(bytes, at, to, ended, records);
    while (next > at) {
      at = next;
      next = frame(bytes, at, to, ended, records);
    }
    in = CodedInputStream.newInstance(new byte[0]); // must not keep the caller's bytes
    if (ended) {
      if (at < to && !lost) {
        records.bad(number, "the log ends within this record");
      }
      events.end(number, records);
      return to;
    }
    return at;
  }

  /** Reads one frame; returns where the next one begins, or {@code at} if it is not complete. */
  private int frame(byte[] bytes, int at, int to, boolean ended, LineReader.Lines records) {
    if (unread > 0) {
      int passed = (int) Math.min(unread, to - at);
      unread -= passed;
      return at + passed;
    }
    if (to - at < EventFrames.HEADER_BYTES) {
      return at;
    }
    if (!frames.isHeader(bytes, at)) {
      return afterDamage(bytes, at, to, records);
    }
    lost = false;
    long length = frames.length(bytes, at);
    if (length > LONGEST_DATA) {
      records.bad(
          number++, "the record has %s bytes: expected at most %s".formatted(length, LONGEST_DATA));
      unread = length + EventFrames.FOOTER_BYTES;
      return at + EventFrames.HEADER_BYTES;
    }
    long next = at + EventFrames.HEADER_BYTES + length + EventFrames.FOOTER_BYTES;
    if (next > to) {
      return at;
    }
    if (frames.isWhole(bytes, at, (int) length)) {
      event(bytes, at + EventFrames.HEADER_BYTES, (int) length, to, records);
    } else {
      records.bad(number, "the checksum of the record's data does not agree");
    }
    number++;
    return (int) next;
  }

  private int afterDamage(byte[] bytes, int at, int to, LineReader.Lines records) {
    if (!lost) {
      records.bad(
          number++, "the checksum of the record's length does not agree; looking for the next one");
      lost = true;
    }
    return frames.nextHeader(bytes, at, to);
  }

  private void event(byte[] bytes, int data, int length, int to, LineReader.Lines records) {
    try {
      in.skipRawBytes(data - origin - in.getTotalBytesRead());
      int limit = in.pushLimit(length);
      events.event(in, bytes, origin, number, records);
      in.popLimit(limit);
    } catch (IOException e) {
      records.bad(number, "the record is no event: " + e.getMessage());
      restart(bytes, data + length, to);
    }
  }

  private void restart(byte[] bytes, int from, int to) {
    in = CodedInputStream.newInstance(bytes, from, to - from);
    origin = from;
  }
}
