// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store.sql;

import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The process that runs one statement ({@link SqlMain}), as its parent sees it.
 *
 * <p>Besides DuckDB's own limits the operating system bounds its address space and its processor
 * time. It has none of the monitor's environment, and a low priority. It ends itself when its
 * parent is gone, and its parent kills it when it does not end in time.
 *
 * @param file the copy of the store to read
 * @param asOf when the copy was made
 */
record SqlProcess(Path file, Instant asOf) {
  /** The JVM and DuckDB's library, beside the statement's memory. */
  private static final long OWN_MEGABYTES = 1500;

  private static final long START_SECONDS = 10;
  private static final int MOST_MESSAGE_BYTES = 8 << 10;

  /** Sets the limits, then becomes the process. macOS has no limit of address space. */
  private static final String LIMITS =
      "ulimit -v \"$1\" 2>/dev/null; ulimit -t \"$2\"; ulimit -c 0; shift 2; exec nice -n 10 \"$@\"";

  SqlAnswer run(String statement, SqlAnswer.Format format, SqlLimits limits)
      throws IOException, InterruptedException {
    Path room = Files.createTempDirectory(file.resolveSibling("."), "room-");
    try {
      return run(start(room, format, limits), statement, limits);
    } finally {
      StoreCopies.delete(room); // a killed process leaves what it spilled
    }
  }

  private SqlAnswer run(Process process, String statement, SqlLimits limits)
      throws IOException, InterruptedException {
    try (DataOutputStream in = new DataOutputStream(process.getOutputStream())) {
      CompletableFuture<byte[]> body =
          read(process.getInputStream(), limits.answerBytes() + MOST_MESSAGE_BYTES);
      CompletableFuture<byte[]> message = read(process.getErrorStream(), MOST_MESSAGE_BYTES);
      byte[] text = statement.getBytes(StandardCharsets.UTF_8);
      in.writeInt(text.length);
      in.write(text);
      in.flush(); // it stays open, because its end tells the process that this one is gone
      boolean ended = process.waitFor(START_SECONDS + limits.time().toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      if (!ended) {
        throw tooLong(limits);
      }
      return answer(process.exitValue(), body.join(), message.join(), limits);
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Path room, SqlAnswer.Format format, SqlLimits limits) throws IOException {
    long spaceKilobytes = (limits.memoryMegabytes() + OWN_MEGABYTES) << 10;
    long processors = Runtime.getRuntime().availableProcessors();
    long processorSeconds = (START_SECONDS + limits.time().toSeconds()) * processors;
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh",
            "-c",
            LIMITS,
            "sh",
            String.valueOf(spaceKilobytes),
            String.valueOf(processorSeconds),
            java,
            "-Xmx256m",
            "-Xss1m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:-UsePerfData",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "-Duser.timezone=UTC",
            "-Dfile.encoding=UTF-8",
            "-Djava.io.tmpdir=" + room, // where the driver may unpack its library
            "-cp",
            absolute(System.getProperty("java.class.path")),
            SqlMain.class.getName(),
            file.toString(),
            asOf.toString(),
            format.name(),
            String.valueOf(limits.rows()),
            String.valueOf(limits.answerBytes()),
            String.valueOf(limits.time().toMillis()),
            String.valueOf(limits.memoryMegabytes()),
            String.valueOf(limits.diskMegabytes()));
    builder.environment().clear(); // it may hold secrets
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"));
    builder.environment().put("MALLOC_ARENA_MAX", "2"); // each arena reserves address space
    builder.directory(room.toFile()); // and DuckDB spills there
    return builder.start();
  }

  private static String absolute(String classPath) {
    return List.of(classPath.split(File.pathSeparator)).stream()
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((one, other) -> one + File.pathSeparator + other)
        .orElseThrow();
  }

  private static SqlAnswer answer(int exit, byte[] body, byte[] message, SqlLimits limits)
      throws IOException {
    String text = new String(message, StandardCharsets.UTF_8).strip();
    return switch (exit) {
      case SqlMain.COMPLETE -> new SqlAnswer(body, false);
      case SqlMain.TRUNCATED -> new SqlAnswer(body, true);
      case SqlMain.WRONG -> throw new SqlException(text);
      case SqlMain.TOO_LONG -> throw tooLong(limits);
      case SqlMain.UNREADABLE -> throw new IOException(text);
      default -> // killed by a limit, or a crash of DuckDB
          throw new SqlException(
              "the statement was stopped (exit code %d): it needs more than %d MB of memory, or DuckDB failed"
                  .formatted(exit, limits.memoryMegabytes()));
    };
  }

  private static SqlException tooLong(SqlLimits limits) {
    return new SqlException(
        "the statement was stopped after %d s; select fewer runs or steps, or export the run"
            .formatted(limits.time().toSeconds()));
  }

  /** Reads at most so many bytes on a thread of its own; the rest is not read. */
  private static CompletableFuture<byte[]> read(InputStream in, int most) {
    CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (in) {
                bytes.complete(in.readNBytes(most));
              } catch (IOException e) {
                bytes.complete(new byte[0]); // the process was killed
              }
            },
            "sql-answer");
    thread.setDaemon(true);
    thread.start();
    return bytes;
  }
}
