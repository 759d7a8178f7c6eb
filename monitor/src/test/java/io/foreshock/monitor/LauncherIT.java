// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code foreshock} in a source tree that was built, and in a release. */
@Timeout(300)
class LauncherIT {
  private static final Path BUILT = Path.of("target");
  private static final String NOTE = "no class archive";
  private static final String USED = "io.foreshock.monitor.Monitor source: shared objects file";

  @TempDir Path directory;

  @Test
  void aBuildThatMovedStartsWithAClassArchiveOnceItIsQuickenedAndSaysWhenItDoesNot()
      throws Exception {
    Path home = home();
    Path target = Files.createDirectories(home.resolve("monitor/target"));
    DataFiles.copy(BUILT.resolve("lib"), target.resolve("lib"));
    Path copied = Files.copy(jar(), target.resolve("foreshock-monitor.jar"));

    assertTrue(check(home).contains(NOTE), "not silently slow");
    assertFalse(loaded().contains(USED));
    assertEquals("", run(home, "quicken"));
    assertFalse(check(home).contains(NOTE));
    assertTrue(loaded().contains(USED), "the archive is used");
    assertFalse(loaded().contains("io.foreshock.lab"), "the service starts without the lab");

    String version = run(home, "monitor", "--version").strip();
    assertTrue(version.matches("foreshock [0-9]+\\.[0-9]+\\.[0-9]+.*"), version);

    Files.setLastModifiedTime(copied, FileTime.from(Instant.now().plusSeconds(60)));
    assertTrue(check(home).contains(NOTE), "another jar");
  }

  @Test
  void aReleaseStartsSilentlyWithoutAClassArchiveAndWithOneOnceItIsQuickened() throws Exception {
    Path home = home();
    DataFiles.copy(BUILT.resolve("lib"), home.resolve("lib"));
    Files.copy(jar(), home.resolve("lib/foreshock-monitor-0.0.0.jar"));

    assertFalse(check(home).contains(NOTE));
    assertEquals("", run(home, "quicken"));
    check(home);
    assertTrue(loaded().contains(USED), "the archive is used");
    assertFalse(Files.exists(home.resolve("target/built")), "nothing is built");
  }

  private Path home() throws IOException {
    assumeTrue(Files.exists(jar()) && Files.isDirectory(BUILT.resolve("lib")), "not packaged");
    Path home = Files.createDirectory(directory.resolve("opt"));
    Files.copy(Path.of("../foreshock"), home.resolve("foreshock"));
    return home;
  }

  private static Path jar() {
    return BUILT.resolve("foreshock-monitor.jar");
  }

  private String check(Path home) throws IOException, InterruptedException {
    String data = directory.resolve("data").toString();
    return run(home, "monitor", "--check", "--port", "0", "--data", data);
  }

  /** Which classes the last start loaded from where. */
  private String loaded() throws IOException {
    return Files.readString(directory.resolve("classes.log"));
  }

  private String run(Path home, String... arguments) throws IOException, InterruptedException {
    Path output = directory.resolve("output.log");
    List<String> command = new ArrayList<>(List.of("bash", home + "/foreshock"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("FORESHOCK_BUILD", "never");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder
        .environment()
        .put("JAVA_OPTS", "-Xlog:class+load=info:file=" + directory.resolve("classes.log"));
    Process process = builder.start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
    String text = Files.readString(output);
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
