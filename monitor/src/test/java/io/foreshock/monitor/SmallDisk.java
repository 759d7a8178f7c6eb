// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A disk that can really be filled: a tmpfs of a few megabytes, where that may be mounted. */
public final class SmallDisk implements AutoCloseable {
  private final Path directory;
  private final Path ballast;

  private SmallDisk(Path directory) {
    this.directory = directory;
    this.ballast = directory.resolve("ballast");
  }

  /** Mounts one below {@code parent}; the test is skipped where that is not allowed. */
  public static SmallDisk mount(Path parent, long bytes) throws Exception {
    Path directory = Files.createDirectory(parent.resolve("disk"));
    String said = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "none", directory.toString());
    assumeTrue(said.isEmpty(), "no tmpfs can be mounted here: " + said);
    return new SmallDisk(directory);
  }

  public Path path() {
    return directory;
  }

  /** Takes all room but {@code left} bytes, to a page. */
  public void fill(long left) throws IOException {
    free();
    byte[] block = new byte[4096];
    try (var out = Files.newOutputStream(ballast)) {
      while (directory.toFile().getUsableSpace() > left) {
        out.write(block);
      }
    } catch (IOException e) {
      if (left > 0) {
        throw e; // else full is what it should be
      }
    }
  }

  /** Gives the room back. */
  public void free() throws IOException {
    Files.deleteIfExists(ballast);
  }

  @Override
  public void close() throws Exception {
    String said = run("umount", "-l", directory.toString());
    if (!said.isEmpty()) {
      throw new IOException(said);
    }
    Files.delete(directory);
  }

  /** What a command said, empty when it succeeded. */
  private static String run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "no " + command[0] + " here";
    }
    String said = new String(process.getInputStream().readAllBytes());
    boolean ended = process.waitFor(10, TimeUnit.SECONDS);
    return ended && process.exitValue() == 0 ? "" : command[0] + " failed: " + said;
  }
}
