// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.config;

import java.util.List;

/** Thrown for a configuration that cannot be used; the message lists every problem on its line. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String source, List<String> problems) {
    super(source + ":\n  " + String.join("\n  ", problems));
  }
}
