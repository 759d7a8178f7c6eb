// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.foreshock.monitor.alert.AlertRouter;
import io.foreshock.monitor.control.AnswerWatch;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandJson;
import io.foreshock.monitor.control.Decision;
import io.foreshock.monitor.control.Policy;
import io.foreshock.monitor.journal.Journal;
import io.foreshock.monitor.journal.Receipt;
import io.foreshock.monitor.live.LiveEvent;
import io.foreshock.monitor.live.LiveHub;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.store.Stores;
import io.foreshock.monitor.wire.Json;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.monitor.wire.SegmentJson;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.online.Segment;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The main path: what happens to everything that comes in.
 *
 * <p>Detection does not wait for the disk, and the answer to the sender does: a batch is decided on
 * while the journal writes it. A line is stored only once it is in the journal; an alarm always.
 *
 * <p><b>Threads.</b> {@link #accept} and {@link #decide} on the pipeline's own thread; the other
 * methods bring work there. <b>Errors.</b> The future fails with the journal's {@link
 * java.io.IOException} when the entry could not be made durable; it was detected on all the same.
 */
public final class Pipeline {
  private final Journal journal;
  private final Runs runs;
  private final Stores stores;
  private final AlertRouter alerts;
  private final Policy policy;
  private final LiveHub live;
  private final Clock clock;
  private Receipt newest = new Receipt(0, CompletableFuture.completedFuture(null));

  /**
   * The path through these parts.
   *
   * @param clock dates commands, and alarms about them
   */
  public Pipeline(
      Journal journal,
      Runs runs,
      Stores stores,
      AlertRouter alerts,
      Policy policy,
      LiveHub live,
      Clock clock) {
    this.journal = journal;
    this.runs = runs;
    this.stores = stores;
    this.alerts = alerts;
    this.policy = policy;
    this.live = live;
    this.clock = clock;
  }

  /**
   * Takes the next entry.
   *
   * @return its outcome, once it is durable
   */
  CompletableFuture<Outcome> accept(Entry entry) {
    Receipt receipt = journal(entry);
    Findings found = runs.apply(entry, receipt.sequence());
    Receipt decided = decided(receipt, found);
    route(found);
    store(found, decided);
    publish(found);
    found.trainAgain.forEach(
        run -> accept(new Entry.Issued(run.name, run.resumption(wallNanos()))));
    found.announced.forEach(this::foresee);
    found.touched.forEach(this::decide);
    return decided.durable().thenApply(done -> found.outcome);
  }

  /** Lets time pass for a run; only what has an effect is journalled. */
  void tick(Run run, long nowNanos) {
    List<Alarm> alarms = new ArrayList<>();
    run.watch.tick(nowNanos, alarms::add);
    if (!alarms.isEmpty()) {
      Receipt receipt = journal(new Entry.Ticked(run.name, nowNanos));
      Findings found = runs.ticked(run, alarms, receipt.sequence());
      route(found);
      store(found, receipt);
      publish(found);
    }
  }

  /**
   * Raises or closes the alarm about a command that the training run does not fetch.
   *
   * @param now {@link System#nanoTime}
   */
  void awaitAnswers(Run run, long now) {
    int patience = policy.answerSeconds();
    run.lateCommands(now, patience)
        .map(news -> entry(run.name, news, patience))
        .ifPresent(this::accept);
  }

  private Entry entry(String run, AnswerWatch.News news, int patienceSeconds) {
    return news.command() == null
        ? new Entry.Answered(run, wallNanos())
        : new Entry.Unanswered(
            run,
            news.command().id(),
            news.severity(),
            news.waitedSeconds(),
            patienceSeconds,
            wallNanos());
  }

  /** Asks the other runs about one that has announced itself, or announced something else. */
  void foresee(Run run) {
    RunConfig config = run.watch.config();
    double planned = config.number(ConfigField.TOTAL_STEPS).orElse(Double.NaN);
    boolean underWay = run.watch.lastStep() > 0;
    boolean asked = config.equals(run.judged); // some senders announce themselves with every step
    if (underWay && asked || run.watch.lastStep() >= planned) {
      return;
    }
    run.judged = config;
    Preflight preflight;
    try {
      preflight = runs.preflight(config, run.name);
    } catch (IllegalArgumentException withoutSizeOrRate) {
      return; // most senders tell neither: there is nothing to say
    }
    accept(new Entry.Expected(run.name, preflight));
  }

  /** Gives the commands that the policy wants given about what is open now. */
  void decide(Run run) {
    if (run.watch.openIncidents().isEmpty()) {
      return;
    }
    long nowNanos = wallNanos();
    for (Decision decision : policy.decide(run.facts())) {
      Command command =
          run.commands.draft(
              decision.instruction(),
              policy.initialStatus(run.name),
              decision.origin(),
              nowNanos,
              run.watch.liveSegment(),
              run.watch.lastStep());
      accept(new Entry.Issued(run.name, command));
      tell(run, command);
    }
  }

  /** Tells the notifiers of what the policy ordered; checkpoints are not worth a message. */
  void tell(Run run, Command command) {
    if (command.incident() != null && command.name() != CommandName.CHECKPOINT) {
      alerts.command(run.outbox, run.name, command.id(), CommandJson.of(command));
    }
  }

  /** Done once everything accepted so far is durable. */
  CompletableFuture<Void> newestDurable() {
    return newest.durable();
  }

  /** Number of the entry accepted last; 0 when none was since the start. */
  long newestSequence() {
    return newest.sequence();
  }

  private long wallNanos() {
    return clock.millis() * 1_000_000;
  }

  private Receipt journal(Entry entry) {
    byte kind = EntryCodec.kind(entry);
    byte[] payload = EntryCodec.payload(entry);
    newest =
        entry instanceof Entry.Lines
            ? journal.append(kind, payload)
            : journal.appendReserved(kind, payload);
    return newest;
  }

  private void route(Findings found) {
    for (RaisedAlarm alarm : found.alarms) {
      alerts.alarm(runs.get(alarm.run()).outbox, alarm);
      // a snapshot may stand for the entry that raised it before every store has it
      journal(new Entry.Raised(alarm.run(), alarm));
    }
  }

  /**
   * Stores what came of an entry once it is durable.
   *
   * @param decided the last entry that belongs to it
   */
  private void store(Findings found, Receipt decided) {
    // a store that catches up looks segments up
    found.touched.forEach(Run::publishView);
    decided
        .durable()
        .whenComplete(
            (done, failure) -> {
              stores.add(failure == null ? found.batch : found.batch.alarmsOnly());
              if (!found.refused.isEmpty()) { // else the store seemed to be behind for ever
                stores.add(new StoreBatch(decided.sequence(), 0));
              }
            });
  }

  /** Before a sender is told, or a store, what was refused is on disk next to the write. */
  private Receipt decided(Receipt receipt, Findings found) {
    if (found.refused.isEmpty()) {
      return receipt;
    }
    Receipt refused = journal(new Entry.Refused(receipt.sequence(), found.refused));
    return new Receipt(
        refused.sequence(),
        receipt.durable().thenCombine(refused.durable(), (write, next) -> null));
  }

  private void publish(Findings found) {
    for (ObjectNode step : found.steps) {
      publish(step.path("run").asText(), "step", step);
    }
    for (Map.Entry<Run, Segment> segment : found.newSegments.entrySet()) {
      publish(segment.getKey().name, "segment", SegmentJson.of(segment.getValue()));
    }
    for (RaisedAlarm alarm : found.alarms) {
      publish(alarm.run(), "alarm", alarm.json());
    }
    for (Command command : found.commands) {
      publish(command.run(), "command", CommandJson.of(command));
    }
  }

  private void publish(String run, String event, ObjectNode data) {
    if (live.watched(run)) {
      live.publish(run, new LiveEvent(event, Json.text(data)));
    }
  }
}
