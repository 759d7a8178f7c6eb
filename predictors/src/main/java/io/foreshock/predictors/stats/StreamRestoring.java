// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import java.io.DataInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A state that is read from a stream. */
final class StreamRestoring extends State {
  /** More than any run's detectors need. A damaged length cannot request all memory. */
  private static final int MAX_BYTES = 1 << 26;

  private final DataInput in;

  StreamRestoring(DataInput in) {
    this.in = in;
  }

  @Override
  public long integer(long current) {
    try {
      return in.readLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public double real(double current) {
    return Double.longBitsToDouble(integer(0));
  }

  @Override
  public @Nullable String text(@Nullable String current) {
    try {
      return in.readBoolean() ? in.readUTF() : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String utf() {
    try {
      return in.readUTF();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] bytes(byte[] current) {
    try {
      int length = in.readInt();
      if (length < 0 || length > MAX_BYTES) {
        throw new IOException("damaged state: " + length + " bytes announced");
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean restoring() {
    return true;
  }
}
