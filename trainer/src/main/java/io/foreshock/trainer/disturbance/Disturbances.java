// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.disturbance;

import io.foreshock.trainer.data.Batches;
import io.foreshock.trainer.disturbance.Disturbance.Garbage;
import io.foreshock.trainer.disturbance.Disturbance.Precision;
import io.foreshock.trainer.disturbance.Disturbance.Rate;
import io.foreshock.trainer.disturbance.Disturbance.Repeat;
import io.foreshock.trainer.disturbance.Disturbance.Resume;
import io.foreshock.trainer.disturbance.Disturbance.Slow;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * All faults of one run, for the hooks of the training loop.
 *
 * <p><b>Overlaps.</b> Factors of the learning rate multiply; of other faults of one kind the last
 * one counts, and garbage is garbage even when it is repeated.
 *
 * @param list the faults, in the given order
 */
public record Disturbances(List<Disturbance> list) {

  /** No faults. */
  public static final Disturbances NONE = new Disturbances(List.of());

  public Disturbances {
    list = List.copyOf(list);
  }

  /** Returns the batch under that index. */
  public Batches.Batch batch(Batches batches, long index) {
    long original = index;
    for (Repeat repeat : of(Repeat.class).toList()) {
      original = repeat.span().coversBatch(index) ? repeat.original(index) : original;
    }
    long source = original;
    boolean garbage = of(Garbage.class).anyMatch(g -> g.span().coversBatch(source));
    Batches.Batch batch = garbage ? batches.garbage(source) : batches.at(source);
    return batch.under(index);
  }

  /** Returns the factor of the learning rate. */
  public double rate(long step) {
    return of(Rate.class)
        .filter(rate -> rate.span().covers(step))
        .mapToDouble(Rate::factor)
        .reduce(1, (a, b) -> a * b);
  }

  /** Returns the duration that a step reports; empty without a fault. */
  public OptionalDouble seconds(long step) {
    return of(Slow.class)
        .filter(slow -> slow.span().covers(step))
        .mapToDouble(Slow::seconds)
        .reduce((earlier, later) -> later);
  }

  /** Returns the significant bits of attention scores; {@code configured} without a fault. */
  public int attentionBits(long step, int configured) {
    return of(Precision.class)
        .filter(precision -> precision.span().covers(step))
        .map(Precision::bits)
        .reduce(configured, (earlier, later) -> later);
  }

  /** Returns the resumes from an earlier state. */
  public List<Resume> resumes() {
    return of(Resume.class).toList();
  }

  private <T extends Disturbance> Stream<T> of(Class<T> kind) {
    return list.stream().filter(kind::isInstance).map(kind::cast);
  }
}
