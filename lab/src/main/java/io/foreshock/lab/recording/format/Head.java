// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording.format;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The beginning of a log, by which its format is recognized.
 *
 * @param fileName last part of the file's path, without an ending such as {@code .gz}; {@code -}
 *     for standard input
 * @param bytes the first {@value #MOST_BYTES} bytes, unpacked, or all of them
 */
public record Head(String fileName, byte[] bytes) {
  /** How many bytes are looked at. */
  public static final int MOST_BYTES = 1 << 20;

  /** Whether the log begins with these bytes. */
  public boolean beginsWith(byte... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (bytes[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** The bytes as text without a byte order mark. */
  public String text() {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The lines that are not blank; the last one only if it is complete. */
  public List<String> lines() {
    String text = text();
    int end = bytes.length < MOST_BYTES ? text.length() : text.lastIndexOf('\n') + 1;
    return text.substring(0, end).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
  }
}
