// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import io.foreshock.predictors.telemetry.Sample;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One piece of state for each layer, and for each attention head where heads are sent.
 *
 * <p><b>Edges.</b> At most {@value #MAX_SERIES} pieces: a sender that invents layer names gets none
 * for the rest, and memory stays bounded. <b>Cost.</b> One hash lookup, no allocation for a series
 * seen before.
 */
final class Layers<T> {
  /** 128 layers of 32 heads. */
  private static final int MAX_SERIES = 4096;

  private final Supplier<T> fresh;
  private final BiConsumer<T, State> exchange;
  private final Map<String, Object[]> byLayer = new HashMap<>();
  private int count;

  Layers(Supplier<T> fresh, BiConsumer<T, State> exchange) {
    this.fresh = fresh;
    this.exchange = exchange;
  }

  /** The sample's piece, made at its first visit; null when there are too many. */
  T of(Sample sample) {
    return of(sample.layer(), sample.head());
  }

  private T of(String layer, int head) {
    Object[] heads = byLayer.get(layer);
    int index = head - Sample.NO_HEAD;
    if (heads != null && index < heads.length && heads[index] != null) {
      return cast(heads[index]);
    }
    return made(layer, heads, index);
  }

  void exchange(State state) {
    int layers = (int) state.integer(byLayer.size());
    if (state.restoring()) {
      byLayer.clear();
      count = 0;
      for (int i = 0; i < layers; i++) {
        String layer = state.text(null);
        int heads = (int) state.integer(0);
        for (int k = 0; k < heads; k++) {
          exchange.accept(of(layer, (int) state.integer(0)), state);
        }
      }
      return;
    }
    byLayer.forEach((layer, heads) -> save(layer, heads, state));
  }

  private void save(String layer, Object[] heads, State state) {
    state.text(layer);
    int present = 0;
    for (Object piece : heads) {
      present += piece == null ? 0 : 1;
    }
    state.integer(present);
    for (int i = 0; i < heads.length; i++) {
      if (heads[i] != null) {
        state.integer(i + Sample.NO_HEAD);
        exchange.accept(cast(heads[i]), state);
      }
    }
  }

  private T made(String layer, Object[] heads, int index) {
    if (count >= MAX_SERIES || index >= MAX_SERIES) {
      return null;
    }
    Object[] grown = heads == null ? new Object[index + 1] : heads;
    if (index >= grown.length) {
      grown = Arrays.copyOf(grown, index + 1);
    }
    T piece = fresh.get();
    grown[index] = piece;
    byLayer.put(layer, grown);
    count++;
    return piece;
  }

  @SuppressWarnings("unchecked")
  private T cast(Object piece) {
    return (T) piece;
  }
}
