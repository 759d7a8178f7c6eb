// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.fit;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a fit is written on standard output. */
enum FitFormat {
  TEXT,
  JSON,
  CSV;

  /** Reads a format's lower-case name from the command line. */
  static final class Named implements ITypeConverter<FitFormat> {
    @Override
    public FitFormat convert(String name) {
      for (FitFormat format : values()) {
        if (format.name().equalsIgnoreCase(name)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + name + "': expected text, json or csv");
    }
  }
}
