// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import io.foreshock.predictors.telemetry.NameTable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user says about the logs to read.
 *
 * @param names translates the names in the logs
 * @param pattern finds the numbers in a line of text, each in a group named as the number; null for
 *     the patterns that are known
 */
public record ReadingOptions(NameTable names, @Nullable Pattern pattern) {
  /** The shipped names and patterns. */
  public static ReadingOptions shipped() {
    return new ReadingOptions(NameTable.shipped(), null);
  }
}
