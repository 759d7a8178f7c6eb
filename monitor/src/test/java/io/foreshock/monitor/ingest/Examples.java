// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the examples in {@code src/test/python} with the real clients of other tools.
 *
 * <p>The Python is the one that {@value #VARIABLE} names, otherwise {@code python3} of the PATH. A
 * test whose package it lacks is skipped.
 */
public final class Examples {
  static final String VARIABLE = "FORESHOCK_PYTHON";

  private static final Path EXAMPLES = Path.of("src/test/python").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 120;

  private final String executable;
  private final Path directory;

  private Examples(String executable, Path directory) {
    this.executable = executable;
    this.directory = directory;
  }

  /**
   * Finds a Python that can import a module; otherwise the test is skipped.
   *
   * @param directory where it runs, such as a {@link TempDir}
   */
  public static Examples with(String module, String pipPackage, Path directory) throws Exception {
    String named = System.getenv(VARIABLE);
    List<String> candidates = named == null ? List.of("python3", "python") : List.of(named);
    for (String candidate : candidates) {
      if (imports(candidate, module)) {
        return new Examples(candidate, directory);
      }
    }
    assumeTrue(
        false,
        "no Python here can import %s (pip install %s; %s names a Python)"
            .formatted(module, pipPackage, VARIABLE));
    throw new AssertionError("unreachable");
  }

  /** Runs examples for the shell, which need curl; without it the test is skipped. */
  public static Examples shell(Path directory) {
    boolean here =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl")));
    assumeTrue(here, "curl is not installed");
    return new Examples("sh", directory);
  }

  /** Runs an example to its end; returns what it printed. */
  public String run(String example, Map<String, String> environment, String... arguments)
      throws Exception {
    Path output = Files.createTempFile(directory, "python", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(
                    Stream.of(executable, EXAMPLES.resolve(example).toString()),
                    Stream.of(arguments))
                .toList());
    builder.environment().putAll(environment);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    Process process = builder.redirectOutput(output.toFile()).start();
    boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertTrue(ended, () -> example + " did not end:\n" + text);
    assertEquals(0, process.exitValue(), () -> example + ":\n" + text);
    return text;
  }

  private static boolean imports(String executable, String module) throws Exception {
    try {
      Process process =
          new ProcessBuilder(executable, "-c", "import " + module)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
