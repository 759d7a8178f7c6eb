// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.wire.Json;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.stats.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes and reads a snapshot: {@code version, covered sequence, head as JSON, CRC32C; watch,
 * series, CRC32C}.
 *
 * <p>The head holds the run's view, its commands and its messages. It can be read alone, which is
 * enough for a parked run, and it survives damage to the rest.
 *
 * <p>The watch is the part that changes between versions. When only the watch cannot be read, its
 * detectors start anew, and the rest of it is taken from the view in the head.
 */
final class SnapshotCodec {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCodec.class);
  private static final int VERSION = 0x46525302; // "FRS", version 2

  /** The earlier version, whose head has no checksum and fewer fields. */
  private static final int VERSION_1 = 0x46525301;

  /** Offset of the head, after version, sequence and the head's length. */
  static final int HEAD_AT = 16;

  /**
   * The head of a snapshot, which can be read alone.
   *
   * @param sequence newest journal entry that the snapshot covers
   * @param end offset of its end, after its checksum
   */
  record Head(int version, long sequence, ObjectNode control, int end) {
    String run() {
      return control.path("run").asText();
    }

    /** Whether nothing is expected of the run, so that it may stay on disk. */
    boolean isRestful() {
      return control.path("restful").asBoolean();
    }
  }

  private SnapshotCodec() {}

  static byte[] save(Run run) {
    State.InMemory watch = State.saving(64 << 10);
    run.watch.exchange(watch);
    byte[] watched = watch.toByteArray();
    byte[] head = Json.bytes(control(run));
    measured(run, head.length, watched.length);
    int expected = HEAD_AT + head.length + watched.length + 8 * run.series.size() + 64;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeLong(run.appliedSequence);
      block(out, head);
      out.writeInt(crc(bytes.toByteArray(), bytes.size()));
      block(out, watched);
      run.series.save(out);
      byte[] whole = bytes.toByteArray();
      out.writeInt(crc(whole, whole.length));
    } catch (IOException e) {
      throw new UncheckedIOException("run " + run.name + " cannot be saved", e);
    }
    return bytes.toByteArray();
  }

  /** Number of bytes at the file's beginning that hold the head, read from these first bytes. */
  static int headBytes(byte[] beginning) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(beginning))) {
      in.readInt();
      in.readLong();
      return Math.addExact(HEAD_AT + 4, Math.max(0, in.readInt()));
    } catch (ArithmeticException e) {
      throw new IOException("not a snapshot", e);
    }
  }

  /**
   * Reads the head of a snapshot, or of its beginning.
   *
   * @throws IOException when it is damaged or of an unknown version
   */
  static Head head(byte[] bytes) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION && version != VERSION_1) {
        throw new IOException("not a snapshot of this version");
      }
      long sequence = in.readLong();
      byte[] json = block(in);
      int end = HEAD_AT + json.length;
      if (version == VERSION) {
        if (crc(bytes, end) != in.readInt()) {
          throw new IOException("the head's checksum does not match");
        }
        end += Integer.BYTES;
      }
      return new Head(version, sequence, (ObjectNode) Json.MAPPER.readTree(json), end);
    } catch (EOFException | ClassCastException e) {
      throw new IOException("the snapshot is incomplete", e);
    }
  }

  /**
   * Reads the run in a snapshot whose head was read before.
   *
   * @throws IOException when the bytes are damaged
   */
  static Run restore(Head head, byte[] bytes, Watches watches) throws IOException {
    int body = bytes.length - Integer.BYTES;
    if (body < head.end || crc(bytes, body) != ByteBuffer.wrap(bytes).getInt(body)) {
      throw new IOException("the checksum does not match");
    }
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, head.end, bytes.length - head.end))) {
      byte[] watched = block(in);
      RunWatch watch = watch(head.run(), watched, watches);
      Run run = new Run(head.run(), watch == null ? resumed(head, watches) : watch);
      run.snapshotLost = watch == null; // it is saved again, so that this is logged once
      if (in.available() > Integer.BYTES) { // none in a snapshot of an earlier version
        run.series.restore(in);
      }
      measured(run, head.end, watched.length);
      return withHead(run, head);
    }
  }

  /** Restores a run of which only the head can be read; its detectors start anew at its step. */
  static Run restoreHead(Head head, Watches watches) throws IOException {
    return withHead(new Run(head.run(), resumed(head, watches)), head);
  }

  /**
   * Restores a run of which only the view is left; its detectors start anew, its messages are lost.
   *
   * @param notifiers names of the notifiers that already sent its open incidents
   */
  static Run restoreView(ParkedRun parked, Watches watches, List<String> notifiers) {
    RunView seen = parked.view();
    Run run = new Run(seen.run(), resumed(seen, watches));
    seen.commands().forEach(run.commands::restore);
    run.remarks = seen.remarks();
    run.incidents.older.putAll(seen.alarms().incidents());
    ObjectNode notified = Json.object();
    for (Alarm open : seen.alarms().open()) {
      Severity severity = open.verdict().severity();
      run.incidents.older.merge(severity, -1L, Long::sum);
      run.incidents.worst.put(open.incident(), severity);
      notifiers.forEach(name -> notified.put(name + "|" + open.incident(), severity.name()));
    }
    run.outbox.restore(Json.object().set("told", notified));
    run.heardNanos = parked.heardNanos();
    run.coveredSequence = parked.coveredSequence();
    run.appliedSequence = parked.coveredSequence();
    run.continueFrom(seen.course(), seen.alarms().openings());
    run.publishView();
    return run;
  }

  /** A watch whose detectors start anew, with the rest of what the head has of it. */
  private static RunWatch resumed(Head head, Watches watches) {
    ParkedRun parked = ParkedRun.ofAny(head);
    return parked == null ? watches.watch(head.run()) : resumed(parked.view(), watches);
  }

  private static RunWatch resumed(RunView seen, Watches watches) {
    RunWatch watch = watches.watch(seen.run());
    watch.tags(seen.remarks().description().tags());
    watch.resume(
        seen.configuration(),
        seen.outlook().preflight(),
        seen.segments(),
        seen.newest().timeNanos(),
        seen.newest().loss(),
        seen.state().ending(),
        seen.alarms().open());
    return watch;
  }

  private static Run withHead(Run run, Head head) throws IOException {
    run.coveredSequence = head.sequence;
    run.appliedSequence = head.sequence;
    restore(run, head.control);
    run.publishView();
    return run;
  }

  private static void measured(Run run, int headBytes, int watchBytes) {
    run.headBytes = headBytes;
    run.measuredBytes = RunCost.measured(headBytes, watchBytes);
  }

  private static ObjectNode control(Run run) {
    ObjectNode control =
        Json.object()
            .put("run", run.name)
            .put("batch_offset", run.batchOffset)
            .put("heard", run.heardNanos)
            .put("newest_command", run.commands.newestId());
    control.set("commands", Json.MAPPER.valueToTree(run.commands.all()));
    control.set("incidents", Json.MAPPER.valueToTree(run.incidents.worst));
    control.set("older_incidents", Json.MAPPER.valueToTree(run.incidents.older));
    control.set("outbox", run.outbox.save());
    control.set("remarks", Json.MAPPER.valueToTree(run.remarks));
    run.publishView();
    ParkedRun.save(run, control);
    return control;
  }

  private static void restore(Run run, ObjectNode control) throws IOException {
    run.batchOffset = control.path("batch_offset").asLong();
    for (var command : control.path("commands")) {
      run.commands.restore(Json.MAPPER.treeToValue(command, Command.class));
    }
    run.commands.adopt(control.path("newest_command").asLong());
    control
        .path("incidents")
        .properties()
        .forEach(e -> run.incidents.worst.put(e.getKey(), Severity.valueOf(e.getValue().asText())));
    control
        .path("older_incidents")
        .properties()
        .forEach(e -> run.incidents.older.put(Severity.valueOf(e.getKey()), e.getValue().asLong()));
    run.heardNanos = control.path("heard").asLong();
    run.outbox.restore(control.path("outbox"));
    if (control.has("remarks")) { // earlier versions had none
      run.remarks = Json.MAPPER.treeToValue(control.get("remarks"), Remarks.class);
      run.watch.tags(run.remarks.description().tags());
    }
    Map<String, RunView.Opening> openings = new HashMap<>(); // earlier versions had none
    for (var opening : control.at("/view/alarms/openings").properties()) {
      openings.put(
          opening.getKey(), Json.MAPPER.treeToValue(opening.getValue(), RunView.Opening.class));
    }
    run.continueFrom(Course.read(control.at("/view/course")), openings);
  }

  /** Reads the watch; null when it cannot be read. */
  private static @Nullable RunWatch watch(String name, byte[] state, Watches watches) {
    RunWatch watch = watches.watch(name);
    try {
      watch.exchange(State.restoring(state));
      return watch;
    } catch (IllegalArgumentException otherVersion) {
      LOG.warn(
          "run {}: another version saved the state of its detectors; they start anew ({})",
          name,
          otherVersion.getMessage());
    } catch (RuntimeException e) {
      LOG.error("run {}: the state of its detectors cannot be read; they start anew", name, e);
    }
    return null;
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    byte[] bytes = new byte[Math.max(0, Math.min(in.readInt(), in.available()))];
    in.readFully(bytes);
    return bytes;
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
