// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Measurement;
import io.foreshock.predictors.telemetry.Sample;
import io.foreshock.predictors.telemetry.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest samples of a run, packed: only the signals that are present need room.
 *
 * <p><b>Layout.</b> A ring of longs, addressed by a position that only rises. A record is: signals
 * present (bit i = signal i) with the layer number above them; step; time; non-finite count without
 * auxiliary signals, with the head and four flags: whether loss and gradient norm were sent as
 * non-finite, whether there were foreign fields, and whether it is of an evaluation; then one long
 * for each value. The layer's number indexes a list of names, which holds evaluations too; 0 is a
 * whole step.
 *
 * <p><b>Edges.</b> Samples of more than {@value #MAX_LAYERS} layer names are not kept. <b>Cost.</b>
 * {@value #CAPACITY} · 8 bytes, grown on demand; no allocation once grown.
 */
final class SampleLog {
  private static final int CAPACITY = 1 << 15;
  private static final int HEADER = 4;
  private static final int MAX_LAYERS = 1024;
  private static final int LAYER_SHIFT = 48;
  private static final long SIGNAL_MASK = (1L << LAYER_SHIFT) - 1;
  private static final int HEAD_SHIFT = 48;
  private static final long LOSS_BROKEN = 1L << 47;
  private static final long NORM_BROKEN = 1L << 46;
  private static final long FOREIGN = 1L << 45;
  private static final long EVALUATION = 1L << 44;
  private static final long COUNT_MASK = EVALUATION - 1;
  private static final Signal[] SIGNALS = Signal.values();

  private long[] ring = new long[1024];
  private long oldest;
  private long position;
  private final List<String> layers = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** Position of the next sample. */
  long position() {
    return position;
  }

  void add(Sample sample) {
    int layer = number(sample.layer());
    if (layer < 0) {
      return;
    }
    long present = sample.present();
    makeRoom(HEADER + Long.bitCount(present));
    long count = Math.min(sample.nonfinite() - sample.brokenAuxiliaries(), COUNT_MASK);
    count |= sample.isBroken(Signal.LOSS) ? LOSS_BROKEN : 0;
    count |= sample.isBroken(Signal.GRAD_NORM) ? NORM_BROKEN : 0;
    count |= sample.hasForeignFields() ? FOREIGN : 0;
    count |= sample.measurement() == Measurement.EVALUATION ? EVALUATION : 0;
    long[] words = ring; // local copies, because fields would be read and written every time
    int mask = words.length - 1;
    int at = (int) position;
    words[at++ & mask] = present | (long) layer << LAYER_SHIFT;
    words[at++ & mask] = sample.step();
    words[at++ & mask] = sample.timeNanos();
    words[at++ & mask] = count | (long) (sample.head() + 1) << HEAD_SHIFT;
    for (long left = present; left != 0; left &= left - 1) {
      Signal signal = SIGNALS[Long.numberOfTrailingZeros(left)];
      words[at++ & mask] = Double.doubleToRawLongBits(sample.get(signal));
    }
    position += HEADER + Long.bitCount(present);
  }

  /** Removes all samples from {@code from} on; returns those of them up to {@code step}. */
  List<Sample> cut(long from, long step) {
    List<Sample> kept = new ArrayList<>();
    long end = position;
    long at = oldest;
    position = Math.max(oldest, from);
    while (at < end) {
      long start = at;
      long signals = get(at) & SIGNAL_MASK;
      if (start >= from && get(at + 1) <= step) {
        kept.add(read(at));
      }
      at += HEADER + Long.bitCount(signals);
    }
    return kept;
  }

  void exchange(State state) {
    List<Signal> order = state.order(Signal.class);
    oldest = state.integer(oldest);
    position = state.integer(position);
    int count = (int) state.integer(layers.size());
    if (state.restoring()) {
      layers.clear();
      numbers.clear();
      while (ring.length < position - oldest) {
        ring = new long[ring.length * 2];
      }
    }
    for (int i = 0; i < count; i++) {
      String name = state.requiredText(state.restoring() ? null : layers.get(i));
      if (state.restoring()) {
        number(name);
      }
    }
    int held = (int) (position - oldest);
    int beforeItWraps = Math.min(held, ring.length - slot(oldest));
    state.integers(ring, slot(oldest), beforeItWraps);
    state.integers(ring, 0, held - beforeItWraps);
    if (!order.equals(List.of(SIGNALS))) {
      renumber(order);
    }
  }

  /** Renumbers the signals of records that were saved with another order. */
  private void renumber(List<Signal> order) {
    long[] values = new long[SIGNALS.length];
    long at = oldest;
    while (at < position) {
      long head = get(at);
      long present = 0;
      long value = at + HEADER;
      for (long left = head & SIGNAL_MASK; left != 0; left &= left - 1) {
        int signal = order.get(Long.numberOfTrailingZeros(left)).ordinal();
        present |= 1L << signal;
        values[signal] = get(value++);
      }
      ring[slot(at)] = present | head & ~SIGNAL_MASK;
      at += HEADER;
      for (long left = present; left != 0; left &= left - 1) {
        ring[slot(at++)] = values[Long.numberOfTrailingZeros(left)];
      }
    }
  }

  private Sample read(long at) {
    long head = get(at);
    int layer = (int) (head >>> LAYER_SHIFT);
    long counts = get(at + 3);
    Sample sample = Sample.ofStep(get(at + 1), get(at + 2));
    if (layer > 0) {
      sample.reset(
          (counts & EVALUATION) == 0 ? Measurement.TRAIN_LAYER : Measurement.EVALUATION,
          layers.get(layer - 1),
          (int) (counts >>> HEAD_SHIFT) - 1,
          get(at + 1),
          get(at + 2));
    }
    long count = counts & COUNT_MASK;
    if ((counts & LOSS_BROKEN) != 0) {
      sample.set(Signal.LOSS, Double.NaN);
    }
    if ((counts & NORM_BROKEN) != 0) {
      sample.set(Signal.GRAD_NORM, Double.NaN);
    }
    if ((counts & FOREIGN) != 0) {
      sample.withForeignFields();
    }
    sample.addNonfinite(count - sample.nonfinite());
    long value = at + HEADER;
    for (int i = 0; i < SIGNALS.length; i++) {
      if ((head >> i & 1) != 0) {
        sample.set(SIGNALS[i], Double.longBitsToDouble(get(value++)));
      }
    }
    return sample;
  }

  private int number(@Nullable String layer) {
    if (layer == null) {
      return 0;
    }
    Integer known = numbers.get(layer);
    if (known != null) {
      return known;
    }
    if (layers.size() == MAX_LAYERS) {
      return -1;
    }
    layers.add(layer);
    numbers.put(layer, layers.size());
    return layers.size();
  }

  private void makeRoom(int length) {
    if (position + length - oldest > ring.length && ring.length < CAPACITY) {
      long[] small = ring;
      ring = Arrays.copyOf(ring, small.length * 2);
      for (long at = oldest; at < position; at++) {
        ring[slot(at)] = small[(int) at & (small.length - 1)];
      }
    }
    while (position + length - oldest > ring.length) {
      oldest += HEADER + Long.bitCount(get(oldest) & SIGNAL_MASK);
    }
  }

  private long get(long at) {
    return ring[slot(at)];
  }

  private int slot(long at) {
    return (int) at & (ring.length - 1);
  }
}
