// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

import org.jspecify.annotations.Nullable;

/** This program's version, which the build writes into the jar. */
final class Version {
  static final String TEXT = text(Version.class.getPackage().getImplementationVersion());

  private Version() {}

  private static String text(@Nullable String built) {
    return built == null ? "development" : built;
  }
}
