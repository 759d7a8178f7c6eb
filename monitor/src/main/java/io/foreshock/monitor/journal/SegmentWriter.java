// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one file of the journal. Only the journal's thread uses it. */
final class SegmentWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);
  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer buffer;
  private final long key;
  private long committed;

  private SegmentWriter(
      Path file, RecordFormat.FileHead head, FileChannel channel, ByteBuffer buffer) {
    this.file = file;
    this.key = head.key();
    this.buffer = buffer.clear();
    this.channel = channel;
    RecordFormat.putFileHead(buffer, head);
  }

  /**
   * Creates a file; overwrites one that a failed attempt at the same sequence left.
   *
   * @param buffer gathers records; one writer after the other may use the same
   */
  static SegmentWriter create(Path file, RecordFormat.FileHead head, ByteBuffer buffer)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    // the directory entry must be on disk too, otherwise a power cut loses the whole file
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new SegmentWriter(file, head, channel, buffer);
  }

  void put(long sequence, byte kind, byte[] payload) throws IOException {
    if (buffer.remaining() < RecordFormat.RECORD_HEAD_BYTES) {
      drain();
    }
    RecordFormat.putRecordHead(buffer, key, sequence, kind, payload);
    for (int at = 0; at < payload.length; ) {
      if (!buffer.hasRemaining()) {
        drain();
      }
      int length = Math.min(payload.length - at, buffer.remaining());
      buffer.put(payload, at, length);
      at += length;
    }
  }

  /**
   * Forces the records to disk; returns by how many bytes the file grew.
   *
   * @throws IOException also when somebody has deleted the file, because nobody can read it then
   */
  long commit() throws IOException {
    drain();
    channel.force(false);
    if (Files.notExists(file)) {
      throw new NoSuchFileException(file.toString(), null, "it was deleted while it was written");
    }
    long grown = channel.position() - committed;
    committed = channel.position();
    return grown;
  }

  long length() {
    return committed;
  }

  /**
   * Gives the file up after a failure and tries to cut it back to its last good length. A file
   * without any entry is deleted, so that an hour with a full disk does not leave many of them.
   */
  void abandon() {
    try (channel) {
      channel.truncate(committed);
      if (committed == 0) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // a reader skips the unfinished record, so this costs a log line at the next start
      LOG.warn("journal {}: cannot cut it back to {} bytes", file, committed, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
