// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.json.Json;
import io.foreshock.predictors.online.RunWatch;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.stats.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run as bytes: {@code version, covered sequence, control as JSON, watch, series, CRC32C}.
 *
 * <p>The watch is the part that changes between versions. When only it cannot be read, commands and
 * messages are kept and the watch starts anew.
 */
final class SnapshotCodec {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotCodec.class);
  private static final int VERSION = 0x46525301; // "FRS", version 1

  private SnapshotCodec() {}

  static byte[] save(Run run) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeLong(run.appliedSequence);
      block(out, Json.bytes(control(run)));
      ByteArrayOutputStream watch = new ByteArrayOutputStream();
      run.watch.exchange(State.saving(new DataOutputStream(watch)));
      block(out, watch.toByteArray());
      run.series.save(out);
      out.writeInt(crc(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("run " + run.name + " cannot be saved", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The run in a snapshot.
   *
   * @throws IOException when the bytes are damaged or of another version
   */
  static Run restore(byte[] bytes, int horizonSteps) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (bytes.length < 4 || in.readInt() != VERSION) {
        throw new IOException("not a snapshot of this version");
      }
      int body = bytes.length - 4;
      int stored = new DataInputStream(new ByteArrayInputStream(bytes, body, 4)).readInt();
      if (crc(bytes, body) != stored) {
        throw new IOException("checksum does not fit");
      }
      long sequence = in.readLong();
      ObjectNode control = (ObjectNode) Json.MAPPER.readTree(block(in));
      String name = control.path("run").asText();
      Run run = new Run(name, watch(name, block(in), horizonSteps));
      run.coveredSequence = sequence;
      run.appliedSequence = sequence;
      restore(run, control);
      if (in.available() > 4) { // none in a snapshot of an earlier version
        run.series.restore(in);
      }
      run.publishView();
      return run;
    }
  }

  private static ObjectNode control(Run run) {
    ObjectNode control =
        Json.object()
            .put("run", run.name)
            .put("batch_offset", run.batchOffset)
            .put("received", run.receivedNanos)
            .put("newest_command", run.commands.newestId());
    control.set("commands", Json.MAPPER.valueToTree(run.commands.all()));
    control.set("incidents", Json.MAPPER.valueToTree(run.incidents));
    control.set("older_incidents", Json.MAPPER.valueToTree(run.olderIncidents));
    control.set("outbox", run.outbox.save());
    return control;
  }

  private static void restore(Run run, ObjectNode control) throws IOException {
    run.batchOffset = control.path("batch_offset").asLong();
    for (var command : control.path("commands")) {
      run.commands.restore(Json.MAPPER.treeToValue(command, Command.class));
    }
    run.commands.take(control.path("newest_command").asLong());
    control
        .path("incidents")
        .properties()
        .forEach(e -> run.incidents.put(e.getKey(), Severity.valueOf(e.getValue().asText())));
    control
        .path("older_incidents")
        .properties()
        .forEach(e -> run.olderIncidents.put(Severity.valueOf(e.getKey()), e.getValue().asLong()));
    run.receivedNanos = control.path("received").asLong();
    run.outbox.restore(control.path("outbox"));
  }

  private static RunWatch watch(String name, byte[] state, int horizonSteps) {
    RunWatch watch = new RunWatch(name, horizonSteps);
    try {
      watch.exchange(State.restoring(new DataInputStream(new ByteArrayInputStream(state))));
      return watch;
    } catch (RuntimeException e) {
      LOG.error("run {}: its detectors' state cannot be read; they start anew", name, e);
      return new RunWatch(name, horizonSteps);
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    byte[] bytes = new byte[Math.min(in.readInt(), in.available())];
    in.readFully(bytes);
    return bytes;
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
