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
 * A directory with the telemetry of many runs: {@code runs/NAME.lp.gz} for runs that have ended,
 * and {@code running/} for runs in progress.
 *
 * <p>A file in {@code runs/} is always complete, because it is moved there when its run has ended.
 */
public record RunFolder(Path path) {
  /** The directory of runs that have ended. */
  public Path runs() {
    return path.resolve("runs");
  }

  /** The directory of runs in progress and of the workers' logs. */
  public Path running() {
    return path.resolve("running");
  }

  /** Telemetry of a run that has ended. */
  public Path telemetry(String run) {
    return runs().resolve(run + ".lp.gz");
  }

  /** Telemetry of a run in progress. */
  public Path growing(String run) {
    return running().resolve(run + ".lp");
  }

  /** Creates the directories that are missing. */
  public void create() throws IOException {
    Files.createDirectories(runs());
    Files.createDirectories(running());
  }

  /** Deletes what an interrupted run of this name left, because the trainer would append to it. */
  void clear(String run) throws IOException {
    Files.deleteIfExists(growing(run));
  }

  /** Compresses the telemetry of a run that has ended and moves it to {@code runs/}. */
  void keep(String run) throws IOException {
    Path packed = running().resolve(run + ".lp.gz");
    try (InputStream in = Files.newInputStream(growing(run));
        OutputStream out = new SmallestGzip(Files.newOutputStream(packed))) {
      in.transferTo(out);
    }
    Files.move(packed, telemetry(run), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(growing(run));
  }

  /** Writes indented JSON. The file is replaced as a whole, so that it is never incomplete. */
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
