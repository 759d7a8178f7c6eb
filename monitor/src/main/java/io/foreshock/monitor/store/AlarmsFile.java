// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * A second copy of DuckDB's alarms in a file beside it, because one damaged block of DuckDB may
 * hold all alarms. Each alarm is a line: its CRC-32 in hexadecimal, a blank, the contract's JSON
 * object.
 *
 * <p><b>Edges.</b> An alarm that was stored twice has two lines. Damaged and incomplete lines are
 * skipped. <b>Threads.</b> One at a time.
 */
final class AlarmsFile {
  private static final int CHECKSUM_CHARS = 8;

  private final Path path;

  /** The copy beside a database's file. */
  AlarmsFile(Path database) {
    path = database.resolveSibling(database.getFileName() + ".alarms");
  }

  /** Adds alarms at the end. */
  void append(List<StoredAlarm> alarms) throws IOException {
    Files.writeString(
        path,
        lines(alarms.stream().map(StoredAlarm::line).toList()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Forces all added alarms to disk. */
  void force() throws IOException {
    if (Files.exists(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /** Replaces the copy by these alarms. */
  void replace(List<String> alarms) throws IOException {
    WholeFile.replace(path, lines(alarms).getBytes(StandardCharsets.UTF_8));
  }

  /** All alarms that can be read, oldest first. */
  List<StoredAlarm> read() throws IOException {
    List<StoredAlarm> alarms = new ArrayList<>();
    if (!Files.exists(path)) {
      return alarms;
    }
    // this decoder continues after a damaged byte
    String all =
        StandardCharsets.UTF_8.decode(ByteBuffer.wrap(Files.readAllBytes(path))).toString();
    for (String line : all.split("\n")) {
      if (line.length() > CHECKSUM_CHARS) {
        String alarm = line.substring(CHECKSUM_CHARS + 1);
        if (line.equals(line(alarm))) {
          alarms.add(StoredAlarm.read(alarm));
        }
      }
    }
    return alarms;
  }

  /**
   * The alarms as lines. Each begins with a line break, because a crash may have cut the last one.
   */
  private static String lines(List<String> alarms) {
    return alarms.stream().map(alarm -> "\n" + line(alarm)).collect(Collectors.joining());
  }

  private static String line(String alarm) {
    CRC32 checksum = new CRC32();
    checksum.update(alarm.getBytes(StandardCharsets.UTF_8));
    return "%08x %s".formatted(checksum.getValue(), alarm);
  }
}
