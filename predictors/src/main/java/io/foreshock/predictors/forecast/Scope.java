// SPDX-License-Identifier: Apache-2.0
package io.foreshock.predictors.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run sends beside its loss: any set of {@link SignalGroup}s. The forecast has weights for
 * every set from which a divergence can be foreseen, fitted to runs with these signals only.
 */
public final class Scope {
  private static final SignalGroup[] GROUPS = SignalGroup.values();
  private static final String LOSS = "loss";
  private static final List<Scope> ALL = new ArrayList<>();

  static {
    for (int bits = 0; bits < 1 << GROUPS.length; bits++) {
      ALL.add(new Scope(bits));
    }
  }

  private final int bits;

  private Scope(int bits) {
    this.bits = bits;
  }

  /** All scopes: from the loss alone to everything. */
  public static List<Scope> all() {
    return List.copyOf(ALL);
  }

  /** The scope of everything. */
  public static Scope full() {
    return ALL.get(ALL.size() - 1);
  }

  /** The scope of these groups. */
  public static Scope of(SignalGroup... groups) {
    int bits = 0;
    for (SignalGroup group : groups) {
      bits |= bit(group);
    }
    return ALL.get(bits);
  }

  /** This scope and one more group, if {@code sent}. */
  Scope with(SignalGroup group, boolean sent) {
    return sent ? ALL.get(bits | bit(group)) : this;
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException when there is no such scope
   */
  static Scope named(String name) {
    return ALL.stream()
        .filter(scope -> scope.wireName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + ": no such set of signals"));
  }

  /** Whether a symptom of the group can be read; those of the loss always can. */
  public boolean includes(@Nullable SignalGroup group) {
    return group == null || (bits & bit(group)) != 0;
  }

  /** Whether a run of this scope sends everything that {@code other} has. */
  public boolean includes(Scope other) {
    return (bits & other.bits) == other.bits;
  }

  /** Its number: different for every scope, from 0, below the number of scopes. */
  public int number() {
    return bits;
  }

  /** Name in the model's file, such as {@code loss+norm+rate}. */
  public String wireName() {
    StringBuilder name = new StringBuilder(LOSS);
    Arrays.stream(GROUPS)
        .filter(this::includes)
        .forEach(g -> name.append('+').append(g.wireName()));
    return name.toString();
  }

  @Override
  public String toString() {
    return wireName();
  }

  private static int bit(SignalGroup group) {
    return 1 << group.ordinal();
  }
}
