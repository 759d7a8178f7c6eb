// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Classifies failures of DuckDB by their messages, because DuckDB has no codes for them.
 *
 * <p>A file counts as damaged only where DuckDB reports that its bytes are not those it wrote.
 * These are not damage: a full disk, missing rights, too many open files, too little memory,
 * another process that has the file open, a file of a newer version. They are not damage either
 * when they stopped the replay of the write-ahead log.
 */
final class DuckDbFailure {
  private static final Pattern SURROUNDINGS =
      Pattern.compile(
          "no space left|disk quota|not enough space|permission denied|read-only file system"
              + "|too many open files|out of memory|could not allocate|memory_limit|memory limit"
              + "|could not set lock|conflicting lock|version number|input/output error"
              + "|no such file or directory");

  private static final Pattern DAMAGE =
      Pattern.compile(
          "corrupt|checksum|could not read enough bytes|not a valid duckdb|while replaying wal|serialization error"
              + "|failed to deserialize|internal error|does not match database file");

  private static final Pattern BLOCK =
      Pattern.compile("corrupt database file|checksum.* in block|could not read enough bytes");

  private DuckDbFailure() {}

  /** Whether the file, or its write-ahead log, is proven to be damaged. */
  static boolean isDamage(SQLException failure) {
    String message = message(failure);
    return !SURROUNDINGS.matcher(message).find() && DAMAGE.matcher(message).find();
  }

  /** Whether the write-ahead log is damaged. */
  static boolean isOfLog(SQLException failure) {
    return isDamage(failure) && message(failure).contains("wal");
  }

  /** Whether a part of the file could not be read, while others may be. */
  static boolean isOfBlock(SQLException failure) {
    return isDamage(failure) && BLOCK.matcher(message(failure)).find();
  }

  private static String message(SQLException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
  }
}
