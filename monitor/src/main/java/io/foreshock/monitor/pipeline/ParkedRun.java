// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.JudgingJson;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Judgings;
import io.foreshock.predictors.online.Understood;
import io.foreshock.predictors.scaling.RunSummary;
import io.foreshock.predictors.telemetry.Signal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A run whose state is on disk only. Its view and its summary stay in memory. Immutable.
 *
 * @param view the run after its last entry
 * @param summary the run's part in preflights of other runs; null when it is not useful for them
 * @param coveredSequence newest journal entry that its snapshot covers
 * @param heardNanos time of its newest line on the monitor's own clock ({@link Run#heardNanos})
 * @param bytes estimated heap that this object uses
 * @param bytesInMemory estimated heap that the run uses when it is loaded
 */
record ParkedRun(
    RunView view,
    @Nullable RunSummary summary,
    long coveredSequence,
    long heardNanos,
    long bytes,
    long bytesInMemory)
    implements KnownRun {

  @Override
  public boolean awaited() {
    return view.state() == RunState.PAUSED;
  }

  @Override
  public long appliedSequence() {
    return coveredSequence;
  }

  String name() {
    return view.run();
  }

  /** Parks a run whose snapshot is on disk. */
  static ParkedRun of(Run run) {
    return new ParkedRun(
        run.view(),
        run.watch.summary().orElse(null),
        run.coveredSequence,
        run.heardNanos,
        RunCost.parked(run.headBytes),
        run.cost());
  }

  /**
   * Reads the run in a snapshot's head.
   *
   * @throws IOException when the head is of a version without a view
   */
  static ParkedRun of(SnapshotCodec.Head head) throws IOException {
    ObjectNode control = head.control();
    if (!control.has("view")) {
      throw new IOException("a head of an earlier version");
    }
    ObjectNode view = control.get("view").deepCopy();
    view.set("commands", control.withArray("commands"));
    view.set("remarks", control.get("remarks"));
    Judgings judgings = JudgingJson.read(view.path("judgings")); // earlier versions had none
    view.remove("judgings");
    bringUpToDate(view);
    view.withArray("/alarms/open").forEach(alarm -> bringAlarmUpToDate((ObjectNode) alarm));
    RunView.Reading reading = new RunView.Reading(judgings, Understood.NOTHING);
    return new ParkedRun(
        Json.MAPPER.treeToValue(view, RunView.class).withReading(reading),
        Json.MAPPER.treeToValue(control.get("summary"), RunSummary.class),
        head.sequence(),
        control.path("heard").asLong(),
        RunCost.parked(head.end()),
        control.path("bytes").asLong());
  }

  /** A head of an earlier version has all fields of a view side by side. */
  private static void bringUpToDate(ObjectNode view) {
    if (!view.has("newest")) {
      move(view, "newest", "segment", "last_step=step", "last_time_nanos=time_nanos", "loss");
      move(view, "alarms", "incidents", "open_incidents=open");
      move(view, "outlook", "forecast", "preflight");
    }
    if (!view.has("course")) {
      view.putObject("course");
      ((ObjectNode) view.get("alarms")).putObject("openings");
    }
  }

  /**
   * A head of an earlier version has an alarm's opening step in the incident's name only, all
   * fields of its verdict side by side, and the signal by its constant's name.
   */
  private static void bringAlarmUpToDate(ObjectNode alarm) {
    if (!alarm.has("opened_step")) {
      String incident = alarm.path("incident").asText();
      alarm.put("opened_step", Alarm.openedStep(incident, alarm.path("step").asLong()));
    }
    if (alarm.get("verdict") instanceof ObjectNode verdict && verdict.has("eta_steps")) {
      move(verdict, "where", "signal", "layer", "head");
      move(verdict, "measured", "value", "threshold");
      move(verdict, "eta", "eta_steps=steps", "eta_low=low", "eta_high=high");
    }
    if (alarm.get("verdict") instanceof ObjectNode verdict && !verdict.has("rule")) {
      JsonNode signal = verdict.path("where").path("signal");
      if (signal.isTextual()) {
        String wireName = Signal.valueOf(signal.asText()).wireName();
        ((ObjectNode) verdict.get("where")).put("signal", wireName);
      }
    }
  }

  /** Moves fields into a {@code group}, each under its own name or the one after {@code =}. */
  private static void move(ObjectNode from, String group, String... fields) {
    ObjectNode grouped = Json.object();
    for (String field : fields) {
      String[] names = field.split("=", 2);
      grouped.set(names[names.length - 1], from.remove(names[0]));
    }
    from.set(group, grouped);
  }

  /** Reads the run in a snapshot's head; null when the head is of a version without a view. */
  static @Nullable ParkedRun ofAny(SnapshotCodec.Head head) {
    try {
      return of(head);
    } catch (IOException otherVersion) {
      return null; // the caller then reads the whole snapshot
    }
  }

  /** Adds to a snapshot's head what {@link #of(SnapshotCodec.Head)} reads. */
  static void save(Run run, ObjectNode control) {
    ObjectNode view = Json.MAPPER.valueToTree(run.view());
    view.set("commands", (ArrayNode) null); // the head has them already
    view.remove("remarks");
    view.remove("reading"); // a run that is restored counts its lines anew
    view.set("judgings", JudgingJson.saved(run.view().reading().judgings()));
    control.set("view", view);
    control.set("summary", Json.MAPPER.valueToTree(run.watch.summary().orElse(null)));
    control.put("bytes", run.cost());
    control.put("restful", run.restful());
  }
}
