// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Decompresses a body up to a limit, because a small body can decompress to any size. */
final class Gunzip {
  private static final int EXPECTED_RATIO = 6;
  private static final int BUFFER_BYTES = 16 << 10;

  private Gunzip() {}

  /**
   * The decompressed body.
   *
   * @throws BodyException when it is longer than {@code limit}
   * @throws IllegalArgumentException when it is not gzip, or incomplete
   */
  static byte[] decompress(byte[] body, int limit) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body), BUFFER_BYTES)) {
      byte[] text =
          new byte[(int) Math.min(limit, Math.max(1024L, (long) body.length * EXPECTED_RATIO))];
      int length = 0;
      while (true) {
        if (length == text.length) {
          int next = in.read();
          if (next < 0) {
            return text;
          }
          if (length >= limit) {
            throw BodyException.tooLarge("the body decompresses to more than " + limit + " bytes");
          }
          text = Arrays.copyOf(text, (int) Math.min(limit, text.length * 2L));
          text[length++] = (byte) next;
        }
        int read = in.read(text, length, text.length - length);
        if (read < 0) {
          return Arrays.copyOf(text, length);
        }
        length += read;
      }
    } catch (EOFException | ZipException e) {
      throw new IllegalArgumentException("the body is not complete gzip: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the body cannot be decompressed: " + e.getMessage(), e);
    }
  }
}
