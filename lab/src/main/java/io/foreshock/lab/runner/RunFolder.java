// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Where the telemetry of many runs lies: {@code runs/NAME.lp.gz}; and while they go on, {@code
 * running/}.
 *
 * <p>A file of {@code runs/} is there as a whole or not at all: it is moved there when its run has
 * ended.
 */
public record RunFolder(Path path) {
  /** Of runs that have ended. */
  public Path runs() {
    return path.resolve("runs");
  }

  /** Of telemetry that grows, and of what the workers print. */
  public Path running() {
    return path.resolve("running");
  }

  /** Telemetry of a run that has ended. */
  public Path telemetry(String run) {
    return runs().resolve(run + ".lp.gz");
  }

  /** Telemetry of a run that goes on. */
  public Path growing(String run) {
    return running().resolve(run + ".lp");
  }

  /** Makes the directories that are missing. */
  public void create() throws IOException {
    Files.createDirectories(runs());
    Files.createDirectories(running());
  }

  /** Forgets what a cut run of this name has left: the trainer would write on after it. */
  void clear(String run) throws IOException {
    Files.deleteIfExists(growing(run));
  }

  /** Puts an ended run's telemetry, packed, into its place. */
  void keep(String run) throws IOException {
    Path packed = running().resolve(run + ".lp.gz");
    try (InputStream in = Files.newInputStream(growing(run));
        OutputStream out = new SmallestGzip(Files.newOutputStream(packed))) {
      in.transferTo(out);
    }
    Files.move(packed, telemetry(run), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(growing(run));
  }

  /** Writes JSON, indented, so that it is there as a whole or not at all. */
  public static void write(Path file, Object value) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    Json.MAPPER
        .writer()
        .with(SerializationFeature.INDENT_OUTPUT)
        .writeValue(partial.toFile(), value);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
