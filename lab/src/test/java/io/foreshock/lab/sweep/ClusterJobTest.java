// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.foreshock.lab.runner.FakeHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Scripts for other machines. Needs bash. */
class ClusterJobTest {
  private static final String[] GRID = {
    "--scaling=width",
    "--size-count=2",
    "--learning-rates=3e-4,1e-2",
    "--variant=base:",
    "--variant=odd:--disturb rate@5='$HOME",
    "--seeds=2",
    "--steps=2000"
  };

  @TempDir private Path folder;
  private Path home;
  private Path out;
  private final StringWriter printed = new StringWriter();

  @BeforeEach
  void prepare() throws IOException {
    home = Files.createDirectory(folder.resolve("a home"));
    new FakeHome(home);
    out = folder.resolve("out");
    // prints each of its arguments on a line
    Path launcher = home.resolve("foreshock");
    Files.writeString(launcher, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aSlurmTaskTrainsItsCellOfTheSameGrid() throws IOException, InterruptedException {
    Path script = folder.resolve("sweep.sh");
    assertEquals(0, execute("--slurm=" + script), printed::toString);
    String text = Files.readString(script);
    assertTrue(text.startsWith("#!/bin/bash\n"), text);
    assertTrue(text.contains("#SBATCH --array=0-15\n"), text);
    assertTrue(text.matches("(?s).*#SBATCH --time=\\d+:\\d\\d:00\n.*"), text);
    List<String> arguments =
        ran(new ProcessBuilder("bash", script.toString()), "SLURM_ARRAY_TASK_ID");
    assertEquals("sweep", arguments.remove(0));
    assertTrue(arguments.contains("--cell=11"), arguments::toString);
    assertEquals(plan(List.of(GRID)), plan(withoutOutAndCell(arguments)));
    assertFalse(Files.exists(out));
  }

  @Test
  void aPodTrainsItsCellOfTheSameGrid() throws IOException, InterruptedException {
    Path manifest = folder.resolve("sweep.yaml");
    assertEquals(0, execute("--k8s=" + manifest), printed::toString);
    JsonNode job = new YAMLMapper().readTree(manifest.toFile());
    assertEquals("batch/v1", job.path("apiVersion").asText());
    assertEquals("Job", job.path("kind").asText());
    assertEquals("Indexed", job.at("/spec/completionMode").asText());
    assertEquals(16, job.at("/spec/completions").asInt());
    assertTrue(job.at("/spec/parallelism").asInt() <= 16);
    assertEquals("Never", job.at("/spec/template/spec/restartPolicy").asText());
    JsonNode container = job.at("/spec/template/spec/containers/0");
    assertTrue(container.at("/resources/requests/cpu").isTextual());
    assertEquals(
        job.at("/spec/template/spec/volumes/0/name"), container.at("/volumeMounts/0/name"));
    ProcessBuilder pod =
        new ProcessBuilder(
            container.at("/command/0").asText(),
            container.at("/command/1").asText(),
            container.at("/args/0").asText());
    pod.environment().merge("PATH", home.toString(), (path, more) -> more + ":" + path);
    List<String> arguments = ran(pod, "JOB_COMPLETION_INDEX");
    assertEquals("sweep", arguments.remove(0));
    assertTrue(arguments.contains("--out=/sweep"), arguments::toString);
    assertTrue(arguments.contains("--cell=11"), arguments::toString);
    assertEquals(plan(List.of(GRID)), plan(withoutOutAndCell(arguments)));
  }

  @Test
  void collectingTakesTheLogitsAtTheSameStep() throws IOException {
    Path script = folder.resolve("sweep.sh");
    Path manifest = folder.resolve("sweep.yaml");
    assertEquals(0, execute("--slurm=" + script, "--k8s=" + manifest, "--logit-step=29"));
    for (Path file : List.of(script, manifest)) {
      List<String> collecting =
          Files.readAllLines(file).stream().filter(line -> line.contains("--workers=0")).toList();
      assertEquals(1, collecting.size());
      assertTrue(collecting.get(0).contains(" --logit-step=29"), collecting.get(0));
    }
    assertEquals(0, execute("--slurm=" + script));
    assertFalse(Files.readString(script).contains("--logit-step"));
  }

  private static List<String> withoutOutAndCell(List<String> arguments) {
    return arguments.stream()
        .filter(a -> !a.startsWith("--out=") && !a.startsWith("--cell="))
        .toList();
  }

  private List<String> ran(ProcessBuilder command, String variable)
      throws IOException, InterruptedException {
    command.environment().put(variable, "11");
    command.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = command.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return new ArrayList<>(text.lines().toList());
  }

  private String plan(List<String> arguments) {
    StringWriter plan = new StringWriter();
    List<String> all = new ArrayList<>(List.of("--plan", "--format=csv"));
    all.addAll(arguments);
    CommandLine command =
        new CommandLine(new SweepCommand(home)).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(plan));
    assertEquals(0, command.execute(all.toArray(String[]::new)), plan::toString);
    assertEquals(17, plan.toString().lines().count());
    return plan.toString();
  }

  private int execute(String... options) {
    List<String> arguments = new ArrayList<>(List.of("--out=" + out));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(GRID));
    CommandLine command =
        new CommandLine(new SweepCommand(home)).setCaseInsensitiveEnumValuesAllowed(true);
    command.setOut(new PrintWriter(printed));
    command.setErr(new PrintWriter(printed));
    return command.execute(arguments.toArray(String[]::new));
  }
}
