// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A state that is read from memory. */
final class MemoryRestoring extends State {
  private final ByteBuffer in;

  MemoryRestoring(ByteBuffer in) {
    this.in = in;
  }

  @Override
  public long integer(long current) {
    return room(Long.BYTES).getLong();
  }

  @Override
  public void integers(long[] values, int from, int count) {
    room(Long.BYTES * count).asLongBuffer().get(values, from, count);
    in.position(in.position() + Long.BYTES * count);
  }

  @Override
  public double real(double current) {
    return Double.longBitsToDouble(integer(0));
  }

  @Override
  public @Nullable String text(@Nullable String current) {
    if (room(1).get() == 0) {
      return null;
    }
    int length = Short.BYTES + Short.toUnsignedInt(room(Short.BYTES).getShort(in.position()));
    room(length);
    InputStream text = new ByteArrayInputStream(in.array(), in.position(), length);
    in.position(in.position() + length);
    try {
      return new DataInputStream(text).readUTF();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] bytes(byte[] current) {
    int length = room(Integer.BYTES).getInt();
    room(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  @Override
  public boolean restoring() {
    return true;
  }

  private ByteBuffer room(int bytes) {
    if (bytes < 0 || in.remaining() < bytes) {
      throw new UncheckedIOException(
          new IOException("damaged state: " + bytes + " of " + in.remaining() + " bytes"));
    }
    return in;
  }
}
