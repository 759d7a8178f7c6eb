// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.online;

import io.foreshock.predictors.stats.State;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down which types a state saves, in order, instead of the values: {@code i3 r t} is three
 * integers, a number and a text; {@code o} is the order of an enum, {@code b} bytes.
 */
final class StateLayout extends State {
  private final List<String> tags = new ArrayList<>();
  private int repeats;

  @Override
  public long integer(long current) {
    add("i");
    return current;
  }

  @Override
  public double real(double current) {
    add("r");
    return current;
  }

  @Override
  public String text(String current) {
    add("t");
    return current;
  }

  @Override
  public byte[] bytes(byte[] current) {
    add("b");
    return current;
  }

  /** An order tells itself how long it is: values may be added under the same version. */
  @Override
  public <E extends Enum<E>> List<E> order(Class<E> type) {
    add("o");
    return List.of(type.getEnumConstants());
  }

  @Override
  public boolean restoring() {
    return false;
  }

  private void add(String tag) {
    boolean again = !tags.isEmpty() && tags.get(tags.size() - 1).startsWith(tag);
    repeats = again ? repeats + 1 : 1;
    if (again) {
      tags.set(tags.size() - 1, tag + repeats);
    } else {
      tags.add(tag);
    }
  }

  @Override
  public String toString() {
    return String.join(" ", tags);
  }
}
