// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.corpus;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.foreshock.monitor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Where a corpus lies: {@code corpus.json} (the plan), {@code runs/NAME.lp.gz}, {@code
 * labels-SPLIT.json}; and while it is made, {@code running/}.
 *
 * <p>A file of {@code runs/} is there as a whole or not at all: it is moved there when its run has
 * ended.
 */
record CorpusFolder(Path path) {
  /** The plan; missing: the corpus was not begun. */
  Path plan() {
    return path.resolve("corpus.json");
  }

  /** Telemetry of a run that has ended. */
  Path telemetry(PlannedRun run) {
    return telemetry(run.run());
  }

  Path telemetry(String run) {
    return path.resolve("runs").resolve(run + ".lp.gz");
  }

  /** Telemetry of a run that goes on. */
  Path growing(PlannedRun run) {
    return running().resolve(run.run() + ".lp");
  }

  /** Of telemetry that grows, and of what the workers print. */
  Path running() {
    return path.resolve("running");
  }

  Path labels(Split split) {
    return path.resolve("labels-" + split.wireName() + ".json");
  }

  boolean finished(PlannedRun run) {
    return Files.exists(telemetry(run));
  }

  /**
   * Makes this the folder of a plan. Telemetry of runs that the plan has with other arguments is
   * deleted; that of runs that it does not have stays and is in nobody's way.
   *
   * @return the runs whose telemetry was deleted
   * @throws IOException when the folder cannot be written, or holds a plan that cannot be read or
   *     whose finished runs are all different ones: that is another corpus
   */
  List<PlannedRun> prepare(List<PlannedRun> runs) throws IOException {
    Files.createDirectories(path.resolve("runs"));
    Files.createDirectories(running());
    List<PlannedRun> stale = stale(runs);
    if (!stale.isEmpty() && runs.stream().filter(this::finished).count() == stale.size()) {
      throw new IOException(
          path + ": holds a corpus of another seed, scale or version: expected it or an empty one");
    }
    for (PlannedRun run : stale) {
      Files.delete(telemetry(run));
    }
    write(plan(), runs);
    return stale;
  }

  private List<PlannedRun> stale(List<PlannedRun> runs) throws IOException {
    if (!Files.exists(plan())) {
      return List.of();
    }
    Map<String, List<String>> before = new HashMap<>();
    read().forEach(run -> before.put(run.run(), run.arguments()));
    return runs.stream()
        .filter(run -> finished(run) && !run.arguments().equals(before.get(run.run())))
        .toList();
  }

  /**
   * The plan that lies here.
   *
   * @throws IOException when there is none
   */
  List<PlannedRun> read() throws IOException {
    if (!Files.exists(plan())) {
      throw new IOException(path + ": expected a corpus: corpus.json is missing");
    }
    return List.of(Json.MAPPER.readValue(plan().toFile(), PlannedRun[].class));
  }

  /** Forgets what a cut run of this name has left: the trainer would write on after it. */
  void clear(PlannedRun run) throws IOException {
    Files.deleteIfExists(growing(run));
  }

  /** Puts an ended run's telemetry, packed, into its place. */
  void keep(PlannedRun run) throws IOException {
    Path packed = running().resolve(run.run() + ".lp.gz");
    try (InputStream in = Files.newInputStream(growing(run));
        OutputStream out = new SmallestGzip(Files.newOutputStream(packed))) {
      in.transferTo(out);
    }
    Files.move(packed, telemetry(run), StandardCopyOption.ATOMIC_MOVE);
    Files.delete(growing(run));
  }

  /** Writes JSON, an entry a line, so that it is there as a whole or not at all. */
  static void write(Path file, Object value) throws IOException {
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
