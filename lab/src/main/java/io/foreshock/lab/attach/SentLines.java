// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.attach;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * What was sent of a log, kept in a small file, so that {@code attach} goes on where it was.
 *
 * <p><b>Definition.</b> Before a batch is sent, its end and its time are written down; after the
 * monitor has taken it, that it was taken. Who is killed in between sends the same lines with the
 * same times again, and the monitor stores them once.
 *
 * <p><b>Errors.</b> A file that cannot be read as such counts as none, and that is told.
 */
final class SentLines {
  /**
   * A batch on its way.
   *
   * @param end number of the line after its last one
   * @param nanos its time
   * @param lastNanos newest time of a line before it
   */
  record Batch(long end, long nanos, long lastNanos) {}

  private final @Nullable Path file;
  private long lines;
  private long hash;
  private long lastNanos;
  private LineClock.@Nullable History history;
  private @Nullable Batch underWay;

  private SentLines(@Nullable Path file) {
    this.file = file;
  }

  /** Nothing was sent, and nothing is written down. */
  static SentLines forgetful() {
    return new SentLines(null);
  }

  /**
   * What the file says.
   *
   * @throws IOException when it cannot be read; the message says what to do
   */
  static SentLines of(Path file) throws IOException {
    SentLines sent = new SentLines(file);
    if (Files.exists(file)) {
      try {
        sent.read(Json.tree(Files.readString(file)));
      } catch (IllegalArgumentException e) {
        throw new IOException(
            file + ": does not say what was sent; remove it to send the log from its beginning", e);
      }
    }
    return sent;
  }

  /** How many of the lines that the log's files hold now were sent. */
  long lines() {
    return lines;
  }

  /** Hash of the steps and losses of those lines, by which the log is known again. */
  long hash() {
    return hash;
  }

  /** Newest time of a line that was sent. */
  long lastNanos() {
    return lastNanos;
  }

  LineClock.@Nullable History history() {
    return history;
  }

  /** The batch that was being sent when the program ended; null when there was none. */
  @Nullable Batch underWay() {
    return underWay;
  }

  void begins(LineClock.History history) throws IOException {
    this.history = history;
    save();
  }

  void sends(Batch batch) throws IOException {
    underWay = batch;
    save();
  }

  void taken(Batch batch, long hash, long newestNanos) throws IOException {
    lines = batch.end;
    this.hash = hash;
    lastNanos = newestNanos;
    underWay = null;
    save();
  }

  /** Forgets what was sent, because the log's files hold other lines now. */
  void startOver() throws IOException {
    lines = 0;
    hash = 0;
    underWay = null;
    save();
  }

  private void read(JsonNode saved) {
    if (!saved.path("lines").isIntegralNumber()) {
      throw new IllegalArgumentException("lines");
    }
    lines = saved.path("lines").asLong();
    hash = saved.path("hash").asLong();
    lastNanos = saved.path("last_nanos").asLong();
    history = Json.MAPPER.convertValue(saved.get("history"), LineClock.History.class);
    underWay = Json.MAPPER.convertValue(saved.get("under_way"), Batch.class);
  }

  private void save() throws IOException {
    if (file == null) {
      return;
    }
    ObjectNode saved = Json.object().put("lines", lines).put("hash", hash);
    saved.put("last_nanos", lastNanos);
    saved.set("history", Json.MAPPER.valueToTree(history));
    saved.set("under_way", Json.MAPPER.valueToTree(underWay));
    Path written = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(written, Json.text(saved));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
