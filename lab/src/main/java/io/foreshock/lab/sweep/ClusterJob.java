// SPDX-License-Identifier: Apache-2.0
package io.foreshock.lab.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sweep on a cluster: one task for each cell, all writing to one directory.
 *
 * <p>The scripts contain all options, so that a cell's number means the same cell on every machine,
 * whatever its defaults are.
 *
 * @param directory the sweep's directory, absolute
 * @param home the directory of the launcher {@code foreshock}, absolute
 * @param logitStep step at which {@code attention_logit_max} is measured; null: half of the steps
 */
record ClusterJob(
    List<Cell> cells, Path directory, Path home, SweepOptions options, @Nullable Long logitStep) {
  private static final int TIME_FACTOR = 10;
  private static final int LEAST_MINUTES = 30;
  private static final int MEMORY_GIB = 3;
  private static final int MOST_PODS = 100;

  /** Where every pod mounts the sweep's directory. */
  private static final String MOUNT = "/sweep";

  private static final String NAME = "foreshock-sweep";
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  /** A Slurm job array. */
  String slurm() {
    long minutes = minutes();
    return """
        #!/bin/bash
        # Trains %d cells, one in each task. Every node must have the same paths. Cells that exist are not trained again.
        #SBATCH --job-name=%s
        #SBATCH --array=0-%d
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=1
        #SBATCH --mem=%dG
        #SBATCH --time=%d:%02d:00
        #SBATCH --output=%%x-%%A_%%a.log
        set -euo pipefail
        export FORESHOCK_BUILD=never
        exec %s
        # When all tasks have ended, collect the results: %s
        """
        .formatted(
            cells.size(),
            NAME,
            cells.size() - 1,
            MEMORY_GIB,
            minutes / 60,
            minutes % 60,
            command(home.resolve("foreshock").toString(), directory, "$SLURM_ARRAY_TASK_ID"),
            collect(home.resolve("foreshock").toString(), directory));
  }

  /** An indexed Kubernetes Job, as YAML. */
  String kubernetes() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode job = json.createObjectNode();
    job.put("apiVersion", "batch/v1").put("kind", "Job");
    job.putObject("metadata").put("name", NAME);
    ObjectNode spec = job.putObject("spec");
    spec.put("completionMode", "Indexed").put("completions", cells.size());
    spec.put("parallelism", Math.min(MOST_PODS, cells.size())).put("backoffLimitPerIndex", 1);
    ObjectNode template = spec.putObject("template").putObject("spec");
    template.put("restartPolicy", "Never").put("activeDeadlineSeconds", 60 * minutes());
    ObjectNode container = template.putArray("containers").addObject();
    container.put("name", "cell").put("image", "foreshock");
    container.putArray("command").add("bash").add("-c");
    container
        .putArray("args")
        .add("exec " + command("foreshock", Path.of(MOUNT), "$JOB_COMPLETION_INDEX"));
    ObjectNode resources = container.putObject("resources");
    String memory = MEMORY_GIB + "Gi";
    resources.putObject("requests").put("cpu", "1").put("memory", memory);
    resources.putObject("limits").put("memory", memory);
    container.putArray("volumeMounts").addObject().put("name", "sweep").put("mountPath", MOUNT);
    ObjectNode volume = template.putArray("volumes").addObject().put("name", "sweep");
    volume.putObject("persistentVolumeClaim").put("claimName", NAME);
    try {
      return """
          # Trains %d cells, one in each pod. Set the image, which must have a built `foreshock` in its PATH, and create
          # the volume claim %s, which many pods must be able to write to.
          # When all pods have ended, collect the results: %s
          """
              .formatted(cells.size(), NAME, collect("foreshock", Path.of(MOUNT)))
          + YAML.writeValueAsString(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no YAML form", e);
    }
  }

  private long minutes() {
    double longest = cells.stream().map(Cell::seconds).max(Comparator.naturalOrder()).orElseThrow();
    return Math.max(LEAST_MINUTES, (long) Math.ceil(TIME_FACTOR * longest / 60));
  }

  private String command(String launcher, Path out, String number) {
    return words(launcher, out, "--cell=" + number);
  }

  private String collect(String launcher, Path out) {
    return logitStep == null
        ? words(launcher, out, "--workers=0")
        : words(launcher, out, "--workers=0", "--logit-step=" + logitStep);
  }

  private String words(String launcher, Path out, String... more) {
    List<String> words = new ArrayList<>(List.of(launcher, "sweep", "--out=" + out));
    words.addAll(options.arguments(more));
    return String.join(" ", words.stream().map(ClusterJob::quoted).toList());
  }

  /** A word of a shell command, quoted if necessary. */
  private static String quoted(String word) {
    if (word.startsWith("--cell=$")) {
      return word; // the shell replaces the variable by a number
    }
    return word.matches("[A-Za-z0-9_./=,:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
