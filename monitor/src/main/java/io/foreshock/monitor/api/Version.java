// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.api;

/** This program's version, as the build wrote it into the jar. */
final class Version {
  static final String TEXT = text(Version.class.getPackage().getImplementationVersion());

  private Version() {}

  private static String text(String built) {
    return built == null ? "development" : built;
  }
}
