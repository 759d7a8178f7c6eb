// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what: {@code audit.jsonl} in the data directory, a JSON object a line, oldest first. A
 * file of {@value #MOST_BYTES} bytes becomes {@code audit.1.jsonl} and replaces the one before it.
 *
 * <p><b>Edges.</b> An incomplete line, which a crash leaves, is skipped. <b>Threads.</b> Any. Each
 * act is on disk when {@link #add} returns, so it must not run on the event loop. <b>Errors.</b> An
 * act that cannot be written is logged and reported, because it is done already.
 */
public final class Audit {
  /** What a person did. */
  public enum What {
    COMMAND,
    APPROVED,
    REJECTED,
    ACKNOWLEDGED,
    DESCRIBED,
    DELETED,
    EVENT,
    RULES;

    private String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that a person did.
   *
   * @param run null when it was about no run
   * @param by who; null when not given
   * @param detail for people; a long one is cut
   */
  public record Act(@Nullable String run, @Nullable String by, What what, String detail) {}

  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_DETAIL = 300;

  private final Path file;
  private final Path older;
  private final Clock clock;
  private volatile @Nullable String trouble;

  /** The audit in a data directory, of acts that this clock dates. */
  public Audit(Path directory, Clock clock) {
    this.file = directory.resolve("audit.jsonl");
    this.older = directory.resolve("audit.1.jsonl");
    this.clock = clock;
  }

  /** Adds an act that was just done. */
  public synchronized void add(Act act) {
    String detail = act.detail;
    ObjectNode json =
        Json.object()
            .put("time", clock.instant().toString())
            .put("run", act.run)
            .put("by", act.by)
            .put("what", act.what.wireName())
            .put(
                "detail",
                detail.length() > MOST_DETAIL ? detail.substring(0, MOST_DETAIL) + "…" : detail);
    try {
      if (Files.exists(file) && Files.size(file) >= MOST_BYTES) {
        Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
      }
      append("\n" + Json.text(json)); // a crash may have cut the line before
      trouble = null;
    } catch (IOException e) {
      LOG.error("audit: {} cannot be written, so this is not in it: {}", file, json, e);
      trouble = "audit: " + file + " cannot be written: " + e.getMessage();
    }
  }

  /**
   * The newest acts that are wanted, newest first.
   *
   * @throws IOException when the files cannot be read
   */
  public synchronized List<JsonNode> newest(Predicate<JsonNode> wanted, int limit)
      throws IOException {
    List<JsonNode> acts = new ArrayList<>();
    for (Path each : List.of(file, older)) {
      List<String> lines = Files.exists(each) ? lines(each) : List.of();
      for (int i = lines.size() - 1; i >= 0 && acts.size() < limit; i--) {
        JsonNode act = read(lines.get(i));
        if (act != null && wanted.test(act)) {
          acts.add(act);
        }
      }
    }
    return Collections.unmodifiableList(acts);
  }

  /** When an act was done. */
  public static Instant time(JsonNode act) {
    return Instant.parse(act.path("time").asText());
  }

  /** The present trouble with the file, for people. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private void append(String line) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    // this decoder continues after a damaged byte
    return StandardCharsets.UTF_8
        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
        .toString()
        .lines()
        .toList();
  }

  private static @Nullable JsonNode read(String line) {
    try {
      JsonNode act = Json.tree(line);
      return act.path("time").isTextual() ? act : null;
    } catch (IllegalArgumentException e) {
      return null; // a crash cut it
    }
  }
}
