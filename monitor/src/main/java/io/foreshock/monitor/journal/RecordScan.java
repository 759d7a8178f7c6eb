// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file of the journal forwards, holding little more than one record, also while it is
 * written. Passes over damage in silence: that was told when the journal was replayed.
 *
 * <p><b>Threads.</b> Not safe.
 */
final class RecordScan implements AutoCloseable {
  private static final int WINDOW_BYTES = 1 << 20;

  private final FileChannel channel;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private int at;

  RecordScan(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /** The next intact record; null at the end of the file. */
  Record next() throws IOException {
    for (; holds(RecordFormat.HEADER_BYTES); at++) {
      int declared = RecordFormat.declaredLength(window, at);
      int length = declared > 0 && holds(declared) ? RecordFormat.recordLength(window, at) : -1;
      if (length > 0) {
        Record record = RecordFormat.read(window, at, length);
        at += length;
        return record;
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Whether the file has that many bytes from here on; if so, the window has them. */
  private boolean holds(int bytes) throws IOException {
    if (window.limit() - at >= bytes) {
      return true;
    }
    int kept = window.limit() - at;
    if (channel.size() - channel.position() + kept < bytes) {
      return false;
    }
    ByteBuffer wider = ByteBuffer.allocate(Math.max(WINDOW_BYTES, bytes));
    wider.put(window.position(at));
    while (wider.hasRemaining() && channel.read(wider) >= 0) {
      // until it is full or the file ends
    }
    window = wider.flip();
    at = 0;
    return window.limit() >= bytes;
  }
}
