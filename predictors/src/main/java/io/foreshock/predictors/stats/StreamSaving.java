// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import java.io.DataOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A state that is written to a stream. */
final class StreamSaving extends State {
  private final DataOutput out;

  StreamSaving(DataOutput out) {
    this.out = out;
  }

  @Override
  public long integer(long current) {
    try {
      out.writeLong(current);
      return current;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public double real(double current) {
    integer(Double.doubleToRawLongBits(current));
    return current;
  }

  @Override
  public @Nullable String text(@Nullable String current) {
    try {
      out.writeBoolean(current != null);
      if (current != null) {
        out.writeUTF(current);
      }
      return current;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] bytes(byte[] current) {
    try {
      out.writeInt(current.length);
      out.write(current);
      return current;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean restoring() {
    return false;
  }
}
