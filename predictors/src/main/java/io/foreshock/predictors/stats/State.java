// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Saves or restores a detector's state through one method, so that the two cannot drift apart.
 *
 * <p>Each call is given the current value and returns the value to continue with: the same one when
 * saving, the stored one when restoring.
 *
 * <pre>{@code
 * public void exchange(State state) {
 *   count = state.integer(count);
 *   mean = state.real(mean);
 *   state.reals(window);
 * }
 * }</pre>
 *
 * <p><b>Errors.</b> {@link UncheckedIOException} when the stream ends early or is damaged.
 */
public abstract class State {
  /** Saves or restores an integer. */
  public abstract long integer(long current);

  /** Saves or restores a number; NaN and infinities survive. */
  public abstract double real(double current);

  /** Saves or restores a text; null survives. */
  public abstract @Nullable String text(@Nullable String current);

  /**
   * Saves or restores a text that is never null.
   *
   * @throws UncheckedIOException when the state holds none
   */
  public final String requiredText(@Nullable String current) {
    return required(text(current), "text");
  }

  /** Saves or restores bytes; never null. */
  public abstract byte[] bytes(byte[] current);

  /** Saves or restores a flag. */
  public final boolean flag(boolean current) {
    return integer(current ? 1 : 0) != 0;
  }

  /**
   * Saves or restores a value of an enum by its name, so that values can be added to the enum
   * later; null survives.
   *
   * @throws IllegalArgumentException when no value has the name that was saved
   */
  public final <E extends Enum<E>> @Nullable E constant(Class<E> type, @Nullable E current) {
    String name = text(current == null ? null : current.name());
    return name == null ? null : Enum.valueOf(type, name);
  }

  /**
   * Saves or restores a value of an enum that is never null, as {@link #constant} does.
   *
   * @throws UncheckedIOException when the state holds none
   */
  public final <E extends Enum<E>> E requiredConstant(Class<E> type, @Nullable E current) {
    return required(constant(type, current), type.getSimpleName());
  }

  private static <T> T required(@Nullable T value, String what) {
    if (value == null) {
      throw new UncheckedIOException(new IOException("damaged state: expected a " + what));
    }
    return value;
  }

  /**
   * Saves the order of an enum's values, or restores the order in which they were saved. It is for
   * state that stores enum values as numbers because names would need too much room.
   *
   * @throws IllegalArgumentException when no value has a name that was saved
   */
  public <E extends Enum<E>> List<E> order(Class<E> type) {
    List<E> now = List.of(type.getEnumConstants());
    int count = (int) integer(now.size());
    List<E> saved = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      saved.add(requiredConstant(type, restoring() ? null : now.get(i)));
    }
    return saved;
  }

  /** Saves or restores the content of an array of fixed length, in place. */
  public final void reals(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = real(values[i]);
    }
  }

  /** Saves or restores {@code count} integers of an array from {@code from} on, in place. */
  public void integers(long[] values, int from, int count) {
    for (int i = from; i < from + count; i++) {
      values[i] = integer(values[i]);
    }
  }

  /** Whether values are being restored: then collections must be rebuilt from what is read. */
  public abstract boolean restoring();

  /** A state that reads what {@link #saving} saved. */
  public static State restoring(byte[] saved) {
    return new Restoring(ByteBuffer.wrap(saved));
  }

  /** A state that is saved to memory. */
  public static InMemory saving(int expectedBytes) {
    return new InMemory(expectedBytes);
  }

  /** A state that is saved into a growing array, in the form of {@link java.io.DataOutput}. */
  public static final class InMemory extends State {
    private ByteBuffer buffer;

    private InMemory(int expectedBytes) {
      buffer = ByteBuffer.allocate(Math.max(64, expectedBytes));
    }

    /** What was saved so far. */
    public byte[] toByteArray() {
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    @Override
    public long integer(long current) {
      room(Long.BYTES).putLong(current);
      return current;
    }

    @Override
    public double real(double current) {
      integer(Double.doubleToRawLongBits(current));
      return current;
    }

    @Override
    public @Nullable String text(@Nullable String current) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeBoolean(current != null);
        if (current != null) {
          out.writeUTF(current);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      room(bytes.size()).put(bytes.toByteArray());
      return current;
    }

    @Override
    public byte[] bytes(byte[] current) {
      room(Integer.BYTES + current.length).putInt(current.length).put(current);
      return current;
    }

    @Override
    public void integers(long[] values, int from, int count) {
      ByteBuffer room = room(Long.BYTES * count);
      room.asLongBuffer().put(values, from, count);
      room.position(room.position() + Long.BYTES * count);
    }

    @Override
    public boolean restoring() {
      return false;
    }

    private ByteBuffer room(int bytes) {
      if (buffer.remaining() < bytes) {
        int needed = buffer.position() + bytes;
        ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, 2 * buffer.capacity()));
        buffer = larger.put(buffer.flip());
      }
      return buffer;
    }
  }

  /** A state that is read from memory. */
  private static final class Restoring extends State {
    private final ByteBuffer in;

    Restoring(ByteBuffer in) {
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
}
