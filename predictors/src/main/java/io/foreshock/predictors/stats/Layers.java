// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.stats;

import io.foreshock.predictors.telemetry.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One piece of state for each layer, and for each attention head that the run sends.
 *
 * <p><b>Edges.</b> There are at most {@value #MAX_SERIES} pieces, so memory stays bounded when a
 * sender invents layer names; further layers get none. <b>Cost.</b> One comparison when layers
 * arrive in the order of the previous step, otherwise one hash lookup. No allocation for a series
 * seen before.
 */
public final class Layers<T> {
  /** 128 layers of 32 heads. */
  private static final int MAX_SERIES = 4096;

  private final Supplier<T> fresh;
  private final BiConsumer<T, State> exchange;
  private final Map<String, Layer> byLayer = new HashMap<>();
  private Layer last = new Layer("");
  private int count;

  private static final class Layer {
    /** Null for whole steps. */
    final @Nullable String name;

    /** The pieces by head, shifted so that the layer itself is at 0; null where there is none. */
    @Nullable Object[] heads = new Object[1];

    /** The layer that followed this one the last time, if any. */
    @Nullable Layer next;

    Layer(@Nullable String name) {
      this.name = name;
    }
  }

  /**
   * No layers yet.
   *
   * @param fresh makes a piece
   * @param exchange saves or restores one
   */
  public Layers(Supplier<T> fresh, BiConsumer<T, State> exchange) {
    this.fresh = fresh;
    this.exchange = exchange;
  }

  /**
   * Returns the piece of the sample's layer and head, made at first use; null if there are too
   * many.
   */
  public @Nullable T of(Sample sample) {
    return of(sample.layer(), sample.head());
  }

  private @Nullable T of(@Nullable String name, int head) {
    Layer layer = last.next;
    if (layer == null || !Objects.equals(layer.name, name)) {
      layer = byLayer.get(name);
      last.next = layer;
    }
    int index = head - Sample.NO_HEAD;
    if (index < 0) {
      return null; // the head number overflowed
    }
    if (layer != null && index < layer.heads.length && layer.heads[index] != null) {
      last = layer;
      return cast(layer.heads[index]);
    }
    return made(name, layer, index);
  }

  /** Whether no piece was made yet. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Passes every piece to {@code use}, in no fixed order. */
  public void forEach(Consumer<T> use) {
    for (Layer layer : byLayer.values()) {
      for (Object piece : layer.heads) {
        if (piece != null) {
          use.accept(cast(piece));
        }
      }
    }
  }

  /** Saves or restores all pieces. */
  public void exchange(State state) {
    int layers = (int) state.integer(byLayer.size());
    if (state.restoring()) {
      byLayer.clear();
      last = new Layer("");
      count = 0;
      for (int i = 0; i < layers; i++) {
        String layer = state.text(null);
        int heads = (int) state.integer(0);
        for (int k = 0; k < heads; k++) {
          T piece = of(layer, (int) state.integer(0));
          if (piece == null) {
            throw new UncheckedIOException(
                new IOException("damaged state: more than " + MAX_SERIES + " series"));
          }
          exchange.accept(piece, state);
        }
      }
      return;
    }
    byLayer.values().forEach(layer -> save(layer, state));
  }

  private void save(Layer layer, State state) {
    state.text(layer.name);
    int present = 0;
    for (Object piece : layer.heads) {
      present += piece == null ? 0 : 1;
    }
    state.integer(present);
    for (int i = 0; i < layer.heads.length; i++) {
      if (layer.heads[i] != null) {
        state.integer(i + Sample.NO_HEAD);
        exchange.accept(cast(layer.heads[i]), state);
      }
    }
  }

  private @Nullable T made(@Nullable String name, @Nullable Layer known, int index) {
    if (count >= MAX_SERIES || index >= MAX_SERIES) {
      return null;
    }
    Layer layer = known == null ? new Layer(name) : known;
    if (index >= layer.heads.length) {
      layer.heads = Arrays.copyOf(layer.heads, index + 1);
    }
    T piece = fresh.get();
    layer.heads[index] = piece;
    byLayer.put(name, layer);
    count++;
    return piece;
  }

  @SuppressWarnings("unchecked")
  private T cast(Object piece) {
    return (T) piece;
  }
}
