// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Compressed bodies. */
public final class Gzip {
  private Gzip() {}

  /** A text, compressed. */
  public static byte[] of(String text) throws IOException {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes, compressed. */
  public static byte[] of(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  /** So many zero bytes, compressed. */
  public static byte[] zeros(int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      byte[] block = new byte[1 << 16];
      for (int left = length; left > 0; left -= block.length) {
        out.write(block, 0, Math.min(left, block.length));
      }
    }
    return bytes.toByteArray();
  }
}
