// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.recording;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.foreshock.lab.recording.format.Head;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file with a log, plain or packed by gzip or zstd, which its first bytes decide, not its name.
 *
 * @param path the file, or {@link #STANDARD_INPUT}
 */
public record LogFile(Path path) {
  /** Stands for standard input. */
  public static final Path STANDARD_INPUT = Path.of("-");

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final InputStream STDIN = new BufferedInputStream(System.in, Head.MOST_BYTES);

  /** Whether it is standard input, which can be read only once. */
  public boolean isStandardInput() {
    return path.equals(STANDARD_INPUT);
  }

  /** The unpacked bytes. */
  public InputStream open() throws IOException {
    InputStream in =
        isStandardInput() ? STDIN : new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    try {
      return unpacked(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Whether the file is packed; such a file cannot be followed while it grows. */
  public boolean isPacked() throws IOException {
    if (isStandardInput()) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] magic = in.readNBytes(ZSTD.length);
      return begins(magic, GZIP) || begins(magic, ZSTD);
    }
  }

  /** The beginning of the log. Of standard input it waits for the first line at most. */
  public Head head() throws IOException {
    if (isStandardInput()) {
      return new Head(path.toString(), firstLine(STDIN));
    }
    try (InputStream in = open()) {
      return new Head(plainName(), beginning(in));
    }
  }

  private static byte[] beginning(InputStream in) throws IOException {
    byte[] head = new byte[Head.MOST_BYTES];
    int length = 0;
    try {
      for (int read = 0; read >= 0 && length < head.length; length += Math.max(read, 0)) {
        read = in.read(head, length, head.length - length);
      }
    } catch (EOFException | ZipException | ZstdIOException e) {
      // packed data that is cut off or damaged: told when the log is read
    }
    return Arrays.copyOf(head, length);
  }

  /** Last part of the path without {@code .gz} or {@code .zst}. */
  String plainName() {
    return path.getFileName().toString().replaceFirst("\\.(gz|zst)$", "");
  }

  private static InputStream unpacked(InputStream in) throws IOException {
    in.mark(ZSTD.length);
    byte[] magic = in.readNBytes(ZSTD.length);
    in.reset();
    if (begins(magic, GZIP)) {
      return new GZIPInputStream(in, 1 << 16);
    }
    return begins(magic, ZSTD) ? new ZstdInputStream(in) : in;
  }

  private static byte[] firstLine(InputStream in) throws IOException {
    in.mark(Head.MOST_BYTES);
    byte[] head = new byte[Head.MOST_BYTES];
    int length = 0;
    while (length < head.length) {
      int read = in.read(head, length, Math.min(in.available() + 1, head.length - length));
      if (read < 0) {
        break;
      }
      length += read;
      if (in.available() == 0 && head[length - 1] == '\n') {
        break;
      }
    }
    in.reset();
    return Arrays.copyOf(head, length);
  }

  private static boolean begins(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
