// SPDX-License-Identifier: Apache-2.0
package io.foreshock.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The format of a checkpoint: a safetensors file, so that other tools can read it.
 *
 * <p>The header's metadata holds the run's state as JSON, and a CRC-32 over that JSON, the table of
 * vectors and the data. A file is written under another name, forced to the disk and renamed, and
 * the directory is forced. So the final name never belongs to an incomplete file.
 */
final class CheckpointFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METADATA = "__metadata__";
  private static final String META = "foreshock";
  private static final String CHECKSUM = "crc32";
  private static final int LARGEST_HEADER = 1 << 20;

  private CheckpointFile() {}

  /** The metadata without the checksum. */
  private record Meta(TrainState state, boolean quiet, Map<String, String> configuration) {}

  static void write(Path file, Checkpoint checkpoint) throws IOException {
    String meta =
        JSON.writeValueAsString(
            new Meta(checkpoint.state(), checkpoint.quiet(), checkpoint.configuration()));
    ByteBuffer data = encode(checkpoint.vectors());
    ObjectNode table = table(checkpoint.vectors());
    ByteBuffer header = header(table, meta, checksum(meta, table, data));
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, header);
      writeFully(channel, data);
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      force(directory);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read, is cut short, or does not match its checksum
   */
  static Checkpoint read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    ObjectNode table = readHeader(bytes);
    JsonNode metadata = table.path(METADATA);
    table.remove(METADATA);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    String meta = metadata.path(META).asText();
    if (!metadata.path(CHECKSUM).asText().equals(checksum(meta, table, data))) {
      throw new IOException("the content does not match its checksum");
    }
    Meta read = JSON.readValue(meta, Meta.class);
    return new Checkpoint(read.state(), read.quiet(), read.configuration(), decode(table, data));
  }

  private static ObjectNode readHeader(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() < Long.BYTES) {
      throw new IOException("the file is too short for a header");
    }
    long length = bytes.getLong();
    if (length < 2 || length > LARGEST_HEADER || length > bytes.remaining()) {
      throw new IOException("the header's length is " + length + ", which the file cannot hold");
    }
    byte[] header = new byte[(int) length];
    bytes.get(header);
    return JSON.readValue(header, ObjectNode.class);
  }

  private static ByteBuffer encode(List<Checkpoint.Vector> vectors) {
    long bytes = vectors.stream().mapToLong(v -> (long) v.values().length * Float.BYTES).sum();
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (Checkpoint.Vector vector : vectors) {
      data.asFloatBuffer().put(vector.values());
      data.position(data.position() + vector.values().length * Float.BYTES);
    }
    return data.flip();
  }

  /** Returns the position of each vector in the data, by name. */
  private static ObjectNode table(List<Checkpoint.Vector> vectors) {
    ObjectNode table = JSON.createObjectNode();
    long offset = 0;
    for (Checkpoint.Vector vector : vectors) {
      long end = offset + (long) vector.values().length * Float.BYTES;
      ObjectNode tensor = table.putObject(vector.name()).put("dtype", "F32");
      tensor.putArray("shape").add(vector.values().length);
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return table;
  }

  private static ByteBuffer header(ObjectNode table, String meta, String checksum)
      throws JsonProcessingException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject(METADATA).put(META, meta).put(CHECKSUM, checksum);
    header.setAll(table);
    byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int padding = (Long.BYTES - json.length % Long.BYTES) % Long.BYTES; // aligns the data
    ByteBuffer encoded =
        ByteBuffer.allocate(Long.BYTES + json.length + padding).order(ByteOrder.LITTLE_ENDIAN);
    encoded.putLong(json.length + padding).put(json);
    while (encoded.hasRemaining()) {
      encoded.put((byte) ' ');
    }
    return encoded.flip();
  }

  private static List<Checkpoint.Vector> decode(ObjectNode table, ByteBuffer data) {
    List<Checkpoint.Vector> vectors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> tensor : table.properties()) {
      JsonNode offsets = tensor.getValue().path("data_offsets");
      int start = offsets.path(0).asInt();
      float[] values = new float[(offsets.path(1).asInt() - start) / Float.BYTES];
      data.position(start);
      data.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      vectors.add(new Checkpoint.Vector(tensor.getKey(), values));
    }
    return vectors;
  }

  private static String checksum(String meta, ObjectNode table, ByteBuffer data) {
    CRC32 crc = new CRC32();
    crc.update(meta.getBytes(StandardCharsets.UTF_8));
    crc.update(table.toString().getBytes(StandardCharsets.UTF_8));
    crc.update(data.duplicate());
    return Long.toHexString(crc.getValue());
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes a rename durable. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
