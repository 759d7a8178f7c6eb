// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.ingest.otlp;

import io.foreshock.monitor.ingest.ConfigValues;
import io.foreshock.monitor.ingest.LineText;
import io.foreshock.monitor.ingest.RunNames;
import io.foreshock.monitor.ingest.StoredNames;
import io.foreshock.monitor.ingest.otlp.ResourceMetrics.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lines that OpenTelemetry's metrics become.
 *
 * <p><b>Run.</b> The first of the resource's attributes {@code foreshock.run}, {@code nemo.run.id},
 * {@code service.instance.id} and {@code service.name}. <b>Step.</b> A point's attribute, otherwise
 * a metric of the same time, whose name means a step, such as {@code global_step} or {@code
 * megatron.training.iteration}. Without one, the line has no step and is charted by time.
 * <b>Tags.</b> The other attributes of a point.
 */
record OtlpLines(StoredNames names, int maxNameBytes) {
  private static final List<String> RUN_ATTRIBUTES =
      List.of("foreshock.run", "nemo.run.id", "service.instance.id", "service.name");

  /** The name that the SDKs give a process without one; several runs would become one. */
  private static final String NO_NAME = "unknown_service";

  private static final String STEP = "step";

  /** Attributes of the resource about the process, not about its training. */
  private static final List<String> OTHER_ATTRIBUTES =
      List.of("service.", "telemetry.", "host.", "process.", "os.", "k8s.", "cloud.", "container.");

  /** Names of NVIDIA's trainers for fields of the configuration. */
  private static final Map<String, String> CONFIG_NAMES =
      Map.of(
          "megatron.num_layers", "layers",
          "megatron.hidden_size", "width",
          "megatron.num_attention_heads", "heads",
          "megatron.train_iters", "total_steps",
          "megatron.precision", "precision",
          "megatron.vocab_size", "vocabulary",
          "dl.sequence_length", "context");

  /** What the points of one line have in common. */
  private record Place(Map<String, String> tags, long step, long timeNanos) {}

  /** A series of lines: gauges of the same run and attributes. */
  record Source(String run, Map<String, String> tags) {}

  /** The name of the run that a resource belongs to; empty when nothing names it. */
  Optional<String> run(ResourceMetrics resource) {
    return RUN_ATTRIBUTES.stream()
        .map(name -> resource.attributes().getOrDefault(name, ""))
        .filter(value -> !value.isEmpty() && !value.startsWith(NO_NAME))
        .map(value -> RunNames.fitting(value, maxNameBytes))
        .findFirst();
  }

  /** The run's configuration as its resource says it. */
  static Map<String, Object> config(ResourceMetrics resource) {
    Map<String, String> values = new LinkedHashMap<>();
    resource
        .attributes()
        .forEach(
            (name, value) -> {
              boolean other =
                  OTHER_ATTRIBUTES.stream().anyMatch(name::startsWith)
                      || RUN_ATTRIBUTES.contains(name);
              if (!other && !name.isEmpty()) {
                values.put(CONFIG_NAMES.getOrDefault(name, name), value);
              }
            });
    return ConfigValues.fields(values);
  }

  /**
   * Writes the points of a resource.
   *
   * <p>A gauge keeps its value until it is set again, and is exported again and again. So a line
   * with the same step and values as the one before is left out.
   *
   * @param newest the newest line with a step of each source; must not be changed
   * @return the newest lines now, to be noted once the text is accepted
   */
  Map<Source, Map<String, Object>> metrics(
      LineText text,
      String run,
      ResourceMetrics resource,
      Map<Source, Map<String, Object>> newest,
      long nowNanos) {
    Map<Long, Long> steps = new LinkedHashMap<>();
    for (Point point : resource.points()) {
      if (meansStep(point.metric()) && isStep(point.value())) {
        steps.put(time(point, nowNanos), (long) point.value());
      }
    }
    Map<Place, Map<String, Object>> lines = new LinkedHashMap<>();
    for (Point point : resource.points()) {
      if (!point.metric().isEmpty()) {
        Place place = place(point, steps, nowNanos);
        Map<String, Object> fields = lines.computeIfAbsent(place, p -> new LinkedHashMap<>());
        if (place.step >= 0) {
          fields.putIfAbsent(STEP, place.step);
        }
        if (place.step < 0 || !meansStep(point.metric())) {
          fields.put(point.metric(), point.value());
        }
      }
    }
    Map<Source, Map<String, Object>> written = new LinkedHashMap<>();
    lines.forEach(
        (place, fields) -> {
          Source source = new Source(run, place.tags);
          if (place.step < 0) {
            text.line(LineText.METRICS, run, place.tags, fields, place.timeNanos);
          } else if (fields.size() > 1 && !fields.equals(newest.get(source))) {
            text.line(LineText.METRICS, run, place.tags, fields, place.timeNanos);
            written.put(source, fields);
          }
        });
    return written;
  }

  private Place place(Point point, Map<Long, Long> steps, long nowNanos) {
    long time = time(point, nowNanos);
    long step = steps.getOrDefault(time, -1L);
    Map<String, String> tags = new LinkedHashMap<>();
    for (Map.Entry<String, String> attribute : point.attributes().entrySet()) {
      boolean isStep = meansStep(attribute.getKey()) && attribute.getValue().matches("[0-9]{1,15}");
      if (isStep) {
        step = Long.parseLong(attribute.getValue());
      } else {
        tags.put(tag(attribute.getKey()), attribute.getValue());
      }
    }
    return new Place(tags, step, time);
  }

  /** Such as {@code step}, {@code train.global_step} or {@code megatron.iteration}. */
  private boolean meansStep(String name) {
    return names.of(name.substring(name.lastIndexOf('.') + 1)).equals(STEP);
  }

  private static boolean isStep(double value) {
    return value >= 0 && value <= 1L << 53 && value == Math.rint(value);
  }

  private static long time(Point point, long nowNanos) {
    return point.timeNanos() > 0 ? point.timeNanos() : nowNanos;
  }

  /** A line's own tag is not given by an attribute. */
  private static String tag(String attribute) {
    return attribute.equals("run") ? "attribute_run" : attribute;
  }
}
