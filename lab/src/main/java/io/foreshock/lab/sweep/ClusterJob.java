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

/**
 * A sweep for other machines: one task a cell, all writing to one directory.
 *
 * <p>The options are written out in full, so that a cell's number means the same cell there
 * whatever the defaults are there.
 *
 * @param directory where the sweep lies, absolute
 * @param home where {@code foreshock} lies, absolute
 * @param logitStep at which {@code attention_logit_max} is taken; null: half-way
 */
record ClusterJob(
    List<Cell> cells, Path directory, Path home, SweepOptions options, Long logitStep) {
  private static final int TIME_FACTOR = 10;
  private static final int LEAST_MINUTES = 30;
  private static final int MEMORY_GIB = 3;
  private static final int MOST_PODS = 100;

  /** A directory that every pod sees, and the claim that it is of. */
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
        # %d cells, one a task; expects the same paths on every node. Cells that are there are not trained again.
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
        # when all have ended: %s
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
          # %d cells, one a pod. Yours to set: the image (with `foreshock` in its path, trainer and monitor built) and the
          # claim %s, which many pods must be able to write to.
          # When all have ended: %s
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

  /** A word of a shell's command. */
  private static String quoted(String word) {
    if (word.startsWith("--cell=$")) {
      return word; // a number that the shell puts in
    }
    return word.matches("[A-Za-z0-9_./=,:-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
