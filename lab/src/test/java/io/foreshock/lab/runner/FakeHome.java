// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A directory with a launcher whose {@code train-many} trains nothing: it writes made-up telemetry
 * and fails or dies as the test demands. Needs a POSIX shell.
 */
public final class FakeHome {
  private static final String LAUNCHER =
      """
      #!/bin/sh
      # Appends as the trainer does, so what a cut run left would show.
      home=$(dirname "$0")
      [ "$1" = train-many ] || exit 2
      echo start >> "$home/starts"
      echo "a library prints hello"
      echo "{and what it is made of}"
      while read -r line; do
        run=$(printf '%s' "$line" | sed 's/.*"--run=\\([^"]*\\)".*/\\1/')
        file=$(printf '%s' "$line" | sed 's/.*"--telemetry=\\([^"]*\\)".*/\\1/')
        printf '%s\\n' "$line" >> "$home/asked"
        if [ -e "$home/lines/$run" ]; then cat "$home/lines/$run" >> "$file"; else
          i=1
          while [ $i -le 60 ]; do
            echo "train_step,run=$run step=${i}i,loss=2 $i" >> "$file"
            i=$((i + 1))
          done
        fi
        if [ -e "$home/dies/$run" ]; then echo "out of memory" >&2; exit 7; fi
        if [ -e "$home/breaks/$run" ]; then printf '{"run":"%s","sta' "$run"; exit 7; fi
        if [ -e "$home/fails/$run" ]; then
          echo "{\\"run\\":\\"$run\\",\\"status\\":\\"failed\\",\\"message\\":\\"no luck\\"}"
        else
          echo "{\\"run\\":\\"$run\\",\\"status\\":\\"done\\",\\"seconds\\":0.1}"
        fi
      done
      """;

  private final Path path;

  public FakeHome(Path path) throws IOException {
    this.path = path;
    for (String folder : List.of("lines", "dies", "breaks", "fails")) {
      Files.createDirectories(path.resolve(folder));
    }
    Path launcher = Files.writeString(path.resolve("foreshock"), LAUNCHER);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  public Path path() {
    return path;
  }

  /** The run sends these lines. */
  public void sends(String run, String lines) throws IOException {
    Files.writeString(path.resolve("lines").resolve(run), lines);
  }

  /** The run fails, and the worker continues. */
  public void fails(String run) throws IOException {
    Files.createFile(path.resolve("fails").resolve(run));
  }

  /** The worker dies of the run. */
  public void diesOf(String run) throws IOException {
    Files.createFile(path.resolve("dies").resolve(run));
  }

  /** The worker is killed in the middle of its answer to the run. */
  public void breaksOff(String run) throws IOException {
    Files.createFile(path.resolve("breaks").resolve(run));
  }

  /** All are well from now on. */
  public void heals() throws IOException {
    for (String folder : List.of("dies", "breaks", "fails")) {
      for (String run : path.resolve(folder).toFile().list()) {
        Files.delete(path.resolve(folder).resolve(run));
      }
    }
  }

  /** Arguments of the runs asked for since the last call, a JSON array each. */
  public List<String> asked() throws IOException {
    Path asked = path.resolve("asked");
    List<String> lines = Files.exists(asked) ? Files.readAllLines(asked) : List.of();
    Files.deleteIfExists(asked);
    return lines;
  }

  /** How many workers were started. */
  public int starts() throws IOException {
    return Files.readAllLines(path.resolve("starts")).size();
  }
}
