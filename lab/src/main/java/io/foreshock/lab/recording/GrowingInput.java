// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import io.foreshock.lab.recording.format.LogReader;
import io.foreshock.predictors.telemetry.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Standard input with a log: passes on what has arrived, without waiting for more.
 *
 * <p><b>Threads.</b> A thread of its own waits for the input, because nothing tells whether an
 * input has ended but a read that waits. It holds at most {@value #CHUNKS} pieces; then whoever
 * writes waits, as in any pipe.
 */
final class GrowingInput {
  private static final int CHUNKS = 64;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final byte[] END = {};

  private final LogReader reader;
  private final BlockingQueue<byte[]> arrived = new ArrayBlockingQueue<>(CHUNKS);
  private @Nullable Thread thread;
  private volatile @Nullable IOException failure;
  private byte[] held = {};
  private boolean atEnd;

  GrowingInput(LogReader reader) {
    this.reader = reader;
  }

  /** Whether the input has ended, and all of it was passed on. */
  boolean isAtEnd() {
    return atEnd;
  }

  /**
   * Passes on what has arrived.
   *
   * @param ended whether a last line without its end is complete
   */
  void read(boolean ended, LineReader.Lines lines) throws IOException {
    if (thread == null) {
      thread = new Thread(this::receive, "standard input");
      thread.setDaemon(true);
      thread.start();
    }
    for (byte[] chunk = arrived.poll(); chunk != null && !atEnd; chunk = arrived.poll()) {
      atEnd = chunk == END;
      pass(chunk, atEnd, lines);
    }
    if (ended && !atEnd) {
      pass(END, true, lines);
      atEnd = true;
    }
    if (failure != null) {
      throw new IOException("standard input: " + failure.getMessage(), failure);
    }
  }

  private void pass(byte[] chunk, boolean ended, LineReader.Lines lines) {
    byte[] bytes = Arrays.copyOf(held, held.length + chunk.length);
    System.arraycopy(chunk, 0, bytes, held.length, chunk.length);
    int next = reader.read(bytes, 0, bytes.length, ended, lines);
    held = Arrays.copyOfRange(bytes, next, bytes.length);
  }

  private void receive() {
    try {
      try (InputStream in = new LogFile(LogFile.STANDARD_INPUT).open()) {
        byte[] buffer = new byte[CHUNK_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          arrived.put(Arrays.copyOf(buffer, read));
        }
      } catch (IOException e) {
        failure = e;
      }
      arrived.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody reads any more
    }
  }
}
