// SPDX-License-Identifier: Apache-2.0
package io.foreshock.monitor.pipeline;

import io.foreshock.monitor.control.AnswerWatch;
import io.foreshock.monitor.control.Command;
import io.foreshock.monitor.control.CommandJson;
import io.foreshock.monitor.control.Decision;
import io.foreshock.monitor.control.Policy;
import io.foreshock.monitor.journal.Receipt;
import io.foreshock.monitor.store.StoreBatch;
import io.foreshock.monitor.wire.RaisedAlarm;
import io.foreshock.predictors.control.CommandName;
import io.foreshock.predictors.online.Alarm;
import io.foreshock.predictors.scaling.Preflight;
import io.foreshock.predictors.telemetry.ConfigField;
import io.foreshock.predictors.telemetry.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The main path of every entry: journal, detect, route alarms, store, publish live.
 *
 * <p>Detection does not wait for the disk, but the answer to the sender does: detectors read a
 * batch while the journal writes it. A line is stored only when it is in the journal; an alarm
 * always is.
 *
 * <p><b>Threads.</b> All methods run on the pipeline's own thread. <b>Errors.</b> The future fails
 * with the journal's {@link java.io.IOException} when the entry could not be made durable.
 * Detection and alarms happen nevertheless.
 */
public final class Pipeline {
  private final Parts parts;
  private final Policy policy;
  private final Tally tally;
  private Receipt newest = new Receipt(0, CompletableFuture.completedFuture(null));

  /** Creates the path through these parts. */
  public Pipeline(Parts parts) {
    this.parts = parts;
    this.policy = new Policy(parts.config().policy());
    this.tally = new Tally(parts.meters());
  }

  /**
   * Processes the next entry.
   *
   * @return its outcome, once it is durable
   */
  CompletableFuture<Outcome> accept(Entry entry) {
    Receipt receipt = journal(entry);
    LiveEvents events = new LiveEvents(parts.live());
    Findings found = parts.runs().apply(entry, receipt.sequence(), events);
    count(entry, found);
    Receipt decided = decided(receipt, found);
    route(found);
    store(found, decided);
    events.publish(found);
    found.lines.trainAgain.forEach(
        run -> accept(new Entry.Issued(run.name, run.resumption(wallNanos()))));
    found.lines.announced.forEach(this::foresee);
    found.touched.forEach(this::decide);
    return decided.durable().thenApply(done -> found.lines.outcome);
  }

  /** Ticks the clock of a run; only a tick that raises or closes an alarm enters the journal. */
  void tick(Run run, long nowNanos) {
    List<Alarm> alarms = new ArrayList<>();
    run.watch.tick(nowNanos, alarms::add);
    raised(run, new Entry.Ticked(run.name, nowNanos), alarms);
  }

  /** Judges a run by the new rules; only a change that closes an alarm enters the journal. */
  void rulesChanged(Run run, long nowNanos) {
    List<Alarm> alarms = new ArrayList<>();
    run.watch.rules(parts.runs().rules().all(), nowNanos, alarms::add);
    raised(run, new Entry.RulesChanged(run.name, nowNanos), alarms);
    run.publishView();
  }

  private void raised(Run run, Entry cause, List<Alarm> alarms) {
    if (!alarms.isEmpty()) {
      Receipt receipt = journal(cause);
      Findings found = parts.runs().raised(run, alarms, receipt.sequence());
      count(cause, found);
      route(found);
      store(found, receipt);
      new LiveEvents(parts.live()).publish(found);
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
    AnswerWatch.Late late = news.late();
    return late == null
        ? new Entry.Answered(run, wallNanos())
        : new Entry.Unanswered(
            run,
            late.command().id(),
            late.severity(),
            late.waitedSeconds(),
            patienceSeconds,
            wallNanos());
  }

  /** Makes the preflight of a run that announced a configuration, unless it was made before. */
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
      preflight = parts.runs().preflight(config, run.name);
    } catch (IllegalArgumentException withoutSizeOrRate) {
      return; // most senders announce neither, so there is no preflight
    }
    accept(new Entry.Expected(run.name, preflight));
  }

  /** Gives the commands that the policy decides for the open incidents. */
  void decide(Run run) {
    if (run.watch.openIncidents().isEmpty() || run.watch.life().ended() != null) {
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
      notifyOf(run, command);
    }
  }

  /** Notifies of a command that the policy gave; checkpoints are not worth a message. */
  void notifyOf(Run run, Command command) {
    if (command.incident() != null && command.name() != CommandName.CHECKPOINT) {
      parts.alerts().command(run.outbox, run.name, command.id(), CommandJson.of(command));
    }
  }

  /** Counts the findings of an entry, also of a replayed one. */
  void count(Entry entry, Findings found) {
    tally.count(entry, found);
  }

  /** Completes once everything accepted so far is durable. */
  CompletableFuture<Void> newestDurable() {
    return newest.durable();
  }

  /** Sequence of the newest accepted entry; 0 when there was none since the start. */
  long newestSequence() {
    return newest.sequence();
  }

  private long wallNanos() {
    return parts.clock().millis() * 1_000_000;
  }

  private Receipt journal(Entry entry) {
    boolean reserved = !(entry instanceof Entry.Lines);
    newest = parts.journal().append(EntryCodec.kind(entry), EntryCodec.payload(entry), reserved);
    return newest;
  }

  private void route(Findings found) {
    if (found.departed != null) {
      parts.alerts().withdraw(found.departed.outbox);
    }
    for (RaisedAlarm alarm : found.alarms) {
      parts.alerts().alarm(parts.runs().get(alarm.run()).outbox, alarm);
      // a snapshot may replace the entry that raised it before every store has the alarm
      journal(new Entry.Raised(alarm.run(), alarm));
    }
  }

  /**
   * Stores the findings of an entry once it is durable.
   *
   * @param decided the last entry that belongs to it
   */
  private void store(Findings found, Receipt decided) {
    // a store that catches up reads segments from the view
    found.touched.forEach(Run::publishView);
    decided
        .durable()
        .whenComplete(
            (done, failure) -> {
              parts.stores().add(failure == null ? found.batch : found.batch.alarmsOnly());
              if (!found.lines.refused
                  .isEmpty()) { // otherwise the store would seem behind for ever
                parts.stores().add(new StoreBatch(decided.sequence(), 0));
              }
            });
  }

  /** Journals the refused lines, which must be on disk before the answer and before any store. */
  private Receipt decided(Receipt receipt, Findings found) {
    if (found.lines.refused.isEmpty()) {
      return receipt;
    }
    Receipt refused = journal(new Entry.Refused(receipt.sequence(), found.lines.refused));
    return new Receipt(
        refused.sequence(),
        receipt.durable().thenCombine(refused.durable(), (write, next) -> null));
  }
}
