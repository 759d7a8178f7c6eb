// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.wire;

import org.jspecify.annotations.Nullable;

/** This program's version, which the build writes into the jar. */
public final class Version {
  /** The version, or {@code development} when the classes are not in a jar. */
  public static final String TEXT = text(Version.class.getPackage().getImplementationVersion());

  private Version() {}

  private static String text(@Nullable String built) {
    return built == null ? "development" : built;
  }
}
