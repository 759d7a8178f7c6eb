// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.TestAlarms;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Severity;
import io.foreshock.predictors.telemetry.LineParser;
import io.foreshock.predictors.telemetry.MalformedLineException;
import io.foreshock.predictors.telemetry.Point;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link TelemetryStore} must do; a subclass supplies one that is empty. */
abstract class TelemetryStoreContract {
  static final String RUN = "a run, <b>odd</b>='x'; DROP TABLE names";

  private final LineParser parser = new LineParser();
  TelemetryStore store;
  private long sequence;

  /** The store as it is kept: empty the first time, with its content after that. */
  abstract TelemetryStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void givesPlainValuesWhereTheyFit() throws Exception {
    add(true, steps(1, 10));
    Series loss = one(query("train_step", 2000, "loss"));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L), loss.step());
    assertEquals(loss.min(), loss.max());
    assertEquals(1.5, loss.mean().get(0));
    assertNull(loss.layer());
  }

  @Test
  void losesNoExtremeInBuckets() throws Exception {
    add(true, steps(1, 1000));
    add(true, "train_step,run=R step=1001i,loss=9999 1001");
    for (int buckets : new int[] {1, 3, 7, 1000}) {
      Series loss = one(query("train_step", buckets, "loss"));
      assertTrue(loss.step().size() <= buckets, loss.step().size() + " of " + buckets);
      assertEquals(9999, loss.max().stream().mapToDouble(d -> d).max().orElseThrow());
      assertEquals(1001, loss.count().stream().mapToLong(n -> n).sum());
    }
  }

  @Test
  void storesALineOnceHoweverOftenItIsAdded() throws Exception {
    add(true, steps(1, 5));
    add(false, steps(1, 5));
    add(false, steps(4, 8));
    add(false, steps(4, 8));
    assertEquals(8, one(query("train_step", 2000, "loss")).step().size());
    String other = "gpu,run=R,host=a temperature=70,name=\"x\" 5";
    add(false, other);
    add(false, other, other);
    Series temperature = one(query("gpu", 2000, "temperature"));
    assertEquals(List.of(1L), temperature.count());
  }

  @Test
  void aLineThatComesAgainAddsTheFieldsItLacked() throws Exception {
    add(true, "train_step,run=R step=1i,loss=2 1");
    add(false, "train_step,run=R step=1i,grad_norm=3 1");
    assertEquals(2.0, one(query("train_step", 9, "loss")).mean().get(0));
    assertEquals(3.0, one(query("train_step", 9, "grad_norm")).mean().get(0));
  }

  @Test
  void distinguishesLayersHeadsAndSegments() throws Exception {
    add(
        true,
        "train_layer,run=R,layer=0,head=0 step=1i,attention_logit_max=5 1",
        "train_layer,run=R,layer=0,head=1 step=1i,attention_logit_max=7 1",
        "train_layer,run=R,layer=head step=1i,grad_rms=1 1");
    segment = 1;
    add(true, "train_layer,run=R,layer=0 step=1i,attention_logit_max=6 2");
    List<Series> all = store.series(query("train_layer", 9, "attention_logit_max"));
    assertEquals(2, all.size());
    assertEquals(List.of(5.0), all.get(0).min());
    assertEquals(List.of(7.0), all.get(0).max());
    assertEquals(1, all.get(1).segment());
    SeriesQuery head =
        new SeriesQuery(RUN, "train_layer", List.of(), "0", 1, 0, 0, Long.MAX_VALUE, 9);
    assertEquals(List.of(7.0), one(head).mean());
  }

  @Test
  void putsWholeLinesTogetherAgain() throws Exception {
    add(
        true,
        "event,run=R kind=\"note\",text=\"a \\\"b\\\", c=d\",step=3i 1",
        "event,run=R,segment=0 kind=\"end\",status=\"failed\" 2",
        "evaluation,run=R,name=x\\ y step=3i,loss=1.5 1",
        "evaluation,run=R,name=z step=3i,loss=2.5 1");
    List<StoredLine> events = store.lines(RUN, "event");
    assertEquals(2, events.size());
    assertEquals("a \"b\", c=d", events.get(0).values().get("text"));
    assertEquals(3, events.get(0).step());
    assertEquals(1, events.get(0).timeNanos());
    assertEquals("failed", events.get(1).values().get("status"));
    Set<String> evaluations =
        store.lines(RUN, "evaluation").stream()
            .map(line -> line.values().get("name") + " " + line.values().get("loss"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("x y 1.5", "z 2.5"), evaluations);
    assertEquals(List.of(), store.lines("another", "event"));
  }

  @Test
  void severalRunsAreAnsweredAsEachAlone() throws Exception {
    write("one", true, steps(1, 90));
    write("two", true, steps(5, 70));
    write("two", true, "train_step,run=R step=9i,my_metric=42 3");
    segment = 1;
    write("two", true, steps(60, 200));
    List<SeriesQuery> queries = new ArrayList<>();
    for (String run : List.of("two", "nobody", "one", "two")) {
      queries.add(query("train_step", 20, "loss", "my_metric").of(run));
      queries.add(query("train_step", 20).of(run));
    }
    List<List<Series>> answers = store.series(queries);
    assertEquals(queries.size(), answers.size());
    for (int i = 0; i < queries.size(); i++) {
      assertEquals(store.series(queries.get(i)), answers.get(i));
    }
    assertEquals(3, answers.get(0).size(), "loss of two segments, my_metric of one");
    assertEquals(List.of(), answers.get(2));
  }

  @Test
  void keepsWhatItDoesNotKnow() throws Exception {
    add(true, "train_step,run=R step=3i,loss=1,my_metric=42 1", "gpu,run=R power=300 2");
    assertEquals(List.of(42.0), one(query("train_step", 9, "my_metric")).mean());
    Series power = one(query("gpu", 9));
    assertEquals(List.of(77L), power.step(), "a line without a step is charted at the run's");
  }

  @Test
  void countsWhatWasNotFiniteWhereAskedByName() throws Exception {
    add(true, "train_step,run=R step=1i,loss=2,nonfinite=0i 1");
    add(true, "train_step,run=R step=2i,grad_norm=1,nonfinite=3i 2");
    Series counts = one(query("train_step", 9, "nonfinite"));
    assertEquals(List.of(1L, 2L), counts.step());
    assertEquals(List.of(0.0, 3.0), counts.mean());
    assertTrue(
        store.series(query("train_step", 9)).stream()
            .noneMatch(s -> s.field().equals("nonfinite")));
  }

  @Test
  void theTimeOfLinesIsReadLikeAFieldWhereAskedByName() throws Exception {
    long second = 1_000_000_000L;
    List<String> lines = new ArrayList<>();
    for (long step = 1; step <= 1000; step++) {
      lines.add("train_step,run=R step=%di,loss=2 %d".formatted(step, 500 * step * step * second));
    }
    add(true, lines.toArray(String[]::new));
    add(true, "train_layer,run=R,layer=3 step=4i,grad_rms=1 %d".formatted(7 * second / 2));
    Series each = one(query("train_step", 2000, "time"));
    assertEquals(1000, each.step().size());
    assertEquals(500.0, each.mean().get(0));
    assertEquals(500e6, each.mean().get(999));
    List<Series> both = store.series(query("train_step", 10, "time", "loss"));
    assertEquals(
        Set.of("time", "loss"), both.stream().map(Series::field).collect(Collectors.toSet()));
    assertEquals(both.get(0).step(), both.get(1).step());
    assertEquals(both.get(0).count(), both.get(1).count());
    Series layer = one(query("train_layer", 9, "time"));
    assertEquals(List.of(3.5), layer.mean());
    assertEquals("3", layer.layer());
    assertEquals(Set.of("loss"), fields(query("train_step", 9)));
  }

  @Test
  void aConfigurationIsNotTakenForLayers() throws Exception {
    add(true, "train_layer,run=R,layer=0 step=1i,grad_rms=1 1", "run_config,run=R width=64i 2");
    Series width = one(query("run_config", 9));
    assertEquals("width", width.field());
    assertEquals(List.of(64.0), width.mean());
  }

  @Test
  void listsTheSignalsOfARunWithTheirEnds() throws Exception {
    add(
        true,
        "run_config,run=R width=64i 1",
        "train_step,run=R step=3i,loss=2,nonfinite=0i 3",
        "train_step,run=R step=9i,loss=1,my_metric=5 9",
        "train_layer,run=R,layer=head step=3i,grad_rms=1 3",
        "train_layer,run=R,layer=10 step=3i,grad_rms=7 3",
        "train_layer,run=R,layer=2 step=3i,grad_rms=3 3",
        "train_layer,run=R,layer=embedding step=3i,grad_rms=4 3",
        "evaluation,run=R step=9i,loss=1.5,accuracy=0.5 9");
    segment = 1;
    add(true, "train_step,run=R step=4i,loss=1.25 20");
    assertEquals(
        Set.of(
            new StoredSignal("train_step", "loss", List.of(), 3, 4, 1.25),
            new StoredSignal("train_step", "my_metric", List.of(), 9, 9, 5),
            new StoredSignal(
                "train_layer", "grad_rms", List.of("embedding", "2", "10", "head"), 3, 3, 7),
            new StoredSignal("evaluation", "loss", List.of(), 9, 9, 1.5),
            new StoredSignal("evaluation", "accuracy", List.of(), 9, 9, 0.5)),
        Set.copyOf(store.signals(RUN)));
    assertEquals(List.of(), store.signals("other"));
  }

  @Test
  void anAlarmIsStoredOnce() {
    StoredAlarm opened = alarm("R/1", Alarm.State.OPEN);
    store.write(List.of(), List.of(opened), ++sequence);
    store.write(List.of(), List.of(opened, alarm("R/1", Alarm.State.CLOSED)), ++sequence);
    List<String> alarms = store.alarms(RUN);
    assertEquals(2, alarms.size(), () -> "alarms: " + alarms);
    assertEquals(opened.line(), alarms.get(0));
    assertTrue(alarms.get(1).contains("\"closed\""));
    assertEquals(List.of(), store.alarms("another"));
  }

  @Test
  void anAlarmThatGetsWorseWithinAStepIsKeptAtItsWorst() {
    StoredAlarm warning = alarm("R/1", Alarm.State.UPDATE);
    StoredAlarm critical = alarm("R/1", Alarm.State.UPDATE, Severity.CRITICAL);
    for (StoredAlarm alarm : List.of(warning, critical, warning)) { // the last one was read back
      store.write(List.of(), List.of(alarm), ++sequence);
    }
    assertEquals(List.of(critical.line()), store.alarms(RUN));
  }

  @Test
  void nothingIsLeftOfADeletedRunAndWhatIsWrittenAfterwardsStays() throws Exception {
    String[] others = {
      "run_config,run=R width=64i 2",
      "train_layer,run=R,layer=0,head=1 step=1i,attention_logit_max=5 1",
      "event,run=R kind=\"note\",text=\"hello\" 3",
      "evaluation,run=R,name=x step=3i,loss=1.5 4",
      "gpu,run=R temperature=70 5"
    };
    String other = "R"; // a name that is in other columns too
    add(true, steps(1, 3000));
    while (store.condense()) {} // so that there are blocks
    add(true, others);
    write(other, true, "train_step,run=R step=1i,loss=7,R=8 1");
    StoredAlarm alarm = alarm("R/1", Alarm.State.OPEN);
    store.write(List.of(), List.of(alarm), ++sequence);
    store.delete(RUN, ++sequence);
    assertEquals(sequence, store.appliedSequence());
    for (int opened = 0; opened < 2; opened++) {
      for (String measurement : List.of("train_step", "train_layer", "evaluation", "gpu")) {
        assertEquals(List.of(), store.series(query(measurement, 9)), measurement);
      }
      assertEquals(List.of(), store.lines(RUN, "event"));
      assertEquals(List.of(), store.signals(RUN));
      assertEquals(List.of(), store.alarms(RUN));
      assertFalse(store.runs().contains(RUN));
      assertEquals(Map.of(), store.rows(RUN).announced());
      assertEquals(
          Set.of("loss", "R"),
          store.signals(other).stream().map(StoredSignal::field).collect(Collectors.toSet()));
      store.close();
      store = open();
    }
    store.delete(RUN, ++sequence); // once more: nothing is there
    store.delete("never seen", ++sequence);
    assertEquals(sequence, store.appliedSequence());
    add(true, steps(1, 5));
    add(false, others);
    store.write(List.of(), List.of(alarm), ++sequence);
    assertEquals(List.of(1.5, 2.5, 3.5, 4.5, 5.5), one(query("train_step", 9, "loss")).mean());
    assertEquals(List.of(70.0), one(query("gpu", 9)).mean());
    assertEquals(List.of(alarm.line()), store.alarms(RUN));
  }

  @Test
  void listsClosedIncidentsOverAllRunsNewestFirst() {
    List<StoredAlarm> alarms = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String run = "run " + i % 3;
      Severity severity = i % 2 == 0 ? Severity.CRITICAL : Severity.WARNING;
      String incident = run + "/0/loss_spike/%03d".formatted(i);
      alarms.add(alarmAt(run, incident, Alarm.State.OPEN, Severity.INFO, 100 + i));
      alarms.add(alarmAt(run, incident, Alarm.State.UPDATE, severity, 200 + i));
      if (i != 7) { // closed at nine times, so many at each
        alarms.add(alarmAt(run, incident, Alarm.State.CLOSED, severity, 1000 + i / 35));
      }
    }
    store.write(List.of(), alarms, ++sequence);
    List<StoredIncident> all = store.closedIncidents(incidents(0, null, null, null, 1000));
    assertEquals(299, all.size());
    assertEquals("run 0/0/loss_spike/282", all.get(0).closing().incident());
    assertEquals(382, all.get(0).openedNanos());
    List<StoredIncident> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparing(StoredIncident::place));
    assertEquals(sorted, all);
    for (int limit : new int[] {1, 34, 298, 299}) {
      List<StoredIncident> paged = new ArrayList<>();
      IncidentPlace after = null;
      do {
        List<StoredIncident> page = store.closedIncidents(incidents(0, null, null, after, limit));
        paged.addAll(page);
        after = page.size() < limit ? null : page.get(page.size() - 1).place();
      } while (after != null);
      assertEquals(all, paged, "in pages of " + limit);
    }
    assertEquals(
        all.stream().filter(one -> one.closing().timeNanos() >= 1005).toList(),
        store.closedIncidents(incidents(1005, null, null, null, 1000)));
    assertEquals(
        all.stream()
            .filter(one -> one.closing().severity() == Severity.CRITICAL)
            .filter(one -> one.closing().run().equals("run 2"))
            .toList(),
        store.closedIncidents(incidents(0, Severity.CRITICAL, "run 2", null, 1000)));
    assertEquals(List.of(), store.closedIncidents(incidents(0, null, "other", null, 9)));
    IncidentQuery strange = new IncidentQuery(0, null, null, "x' OR '1'='1\\", null, 9);
    assertEquals(List.of(), store.closedIncidents(strange));
  }

  private static IncidentQuery incidents(
      long since, Severity atLeast, String run, IncidentPlace after, int limit) {
    return new IncidentQuery(since, atLeast, run, "loss_spike", after, limit);
  }

  private static StoredAlarm alarmAt(
      String run, String incident, Alarm.State state, Severity severity, long timeNanos) {
    RaisedAlarm alarm = TestAlarms.raised(run, incident, 1, state, severity);
    ObjectNode json = alarm.json().put("time", Json.time(timeNanos));
    return new StoredAlarm(RaisedAlarm.read(json));
  }

  @Test
  void remembersHowFarItCame() throws Exception {
    add(true, steps(1, 5));
    assertEquals(sequence, store.appliedSequence());
    store.close();
    store = open();
    assertEquals(sequence, store.appliedSequence());
    assertEquals(5, one(query("train_step", 9, "loss")).step().size());
  }

  @Test
  void everyMeasurementHasItsOwnFieldsOnly() throws Exception {
    add(
        true,
        "run_config,run=R layers=2i,qk_layernorm=t,optimizer=\"adamw\" 1",
        "train_step,run=R step=1i,loss=1,nonfinite=3i 2",
        "train_layer,run=R,layer=0 step=1i,grad_rms=5 2");
    assertEquals(Set.of("layers", "qk_layernorm"), fields(query("run_config", 9)));
    assertEquals(Set.of("loss"), fields(query("train_step", 9)));
    assertEquals(Set.of("grad_rms"), fields(query("train_layer", 9)));
    assertEquals(List.of(3.0), one(query("train_step", 9, "nonfinite")).mean());
    assertEquals(List.of(), store.series(query("run_config", 9, "nonfinite")));
  }

  private Set<String> fields(SeriesQuery query) {
    return store.series(query).stream().map(Series::field).collect(Collectors.toSet());
  }

  @Test
  void anUnknownRunOrFieldIsEmpty() throws Exception {
    add(true, steps(1, 2));
    assertEquals(List.of(), store.series(query("train_step", 9, "nothing")));
    assertEquals(List.of(), store.series(query("nothing", 9)));
    SeriesQuery other =
        new SeriesQuery("other", "train_step", List.of(), null, null, null, 0, 9, 9);
    assertEquals(List.of(), store.series(other));
  }

  private int segment;

  void add(boolean fresh, String... lines) throws MalformedLineException {
    write(RUN, fresh, lines);
  }

  private void write(String run, boolean fresh, String... lines) throws MalformedLineException {
    StoreBatch batch = new StoreBatch(++sequence, 100);
    for (String line : lines) {
      Point point = new Point();
      byte[] text = line.getBytes(StandardCharsets.UTF_8);
      parser.parse(text, 0, text.length, point);
      ReadLine read = new ReadLine();
      read.read(point);
      batch.add(read, run, segment, 77, fresh);
    }
    store.write(List.of(batch), List.of(), sequence);
  }

  private static String[] steps(int from, int to) {
    String[] lines = new String[to - from + 1];
    for (int step = from; step <= to; step++) {
      lines[step - from] =
          "train_step,run=R step=%di,loss=%s,nonfinite=0i %d".formatted(step, step + 0.5, step);
    }
    return lines;
  }

  Series one(SeriesQuery query) {
    List<Series> series = store.series(query);
    assertEquals(1, series.size(), () -> "series: " + series);
    return series.get(0);
  }

  static SeriesQuery query(String measurement, int buckets, String... fields) {
    return new SeriesQuery(
        RUN, measurement, List.of(fields), null, null, null, 0, Long.MAX_VALUE, buckets);
  }

  private static StoredAlarm alarm(String incident, Alarm.State state) {
    return alarm(incident, state, Severity.WARNING);
  }

  private static StoredAlarm alarm(String incident, Alarm.State state, Severity severity) {
    return new StoredAlarm(TestAlarms.raised(RUN, incident, 1, state, severity));
  }
}
